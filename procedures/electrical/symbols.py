"""What electrical functions are called where there is no room for a title, in any language."""

SYMBOLS = {
    "dc-voltage": "U DC",
    "ac-voltage": "U AC",
    "dc-current": "I DC",
    "ac-current": "I AC",
    "resistance-2w": "R 2W",
    "resistance-4w": "R 4W",
    "capacitance": "C",
    "frequency": "f",
}
"""Name of a test → symbol."""
