"""IsoTech milliK precision thermometer."""
