"""The language of the HP 34401A, which its successors and the Fluke 8845A and 8846A speak."""
