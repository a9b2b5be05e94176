"""The languages of real instruments: bytes, commands, units, refusals. No metrology."""
