"""What instruments speak: SCPI, IEEE 488.2 status, Hart's language, and silence."""
