"""Instruments and artefacts without an interface: a person reads or handles them."""
