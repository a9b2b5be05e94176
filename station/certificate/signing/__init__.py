"""Signatures: keys, PAdES and XAdES, time stamps, proofs of revocation."""
