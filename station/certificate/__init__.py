"""From a run to a document: composed once, printed as PDF/A-3 and written as DCC; and verified."""
