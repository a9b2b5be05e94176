"""The simulated IsoTech milliK precision thermometer."""
