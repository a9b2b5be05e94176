"""Lines as SBI sends them: 16 characters, or 22 with an identification code before them.

Source: Sartorius operating instructions (WZA, Entris II, GC803); both lengths with CR LF.
"""

from simulators.weighing.scale import GRAMS, Reading, decimals

CODE_CHARACTERS = 6


def weight_line(reading: Reading, *, coded: bool) -> bytes:
    """Return the line of a net weight in grams; the unit is blank while it is unstable."""
    sign = "-" if reading.net < 0.0 else "+"
    value = f"{abs(reading.net) * GRAMS:.{decimals(reading.step, GRAMS)}f}"
    unit = "g" if reading.stable else ""
    code = "N".ljust(CODE_CHARACTERS) if coded else ""
    # Nine digits take the blank after the sign too (an inference).
    return f"{code}{sign}{value:>9} {unit:<3}\n".encode("latin-1")


def status_line(text: str, *, coded: bool) -> bytes:
    """Return a status line; the column of a word other than an error's is unverified."""
    begins = {"Err": 9, "OFF": 11}.get(text[:3], 19 - len(text))
    line = "Stat".ljust(begins) + text
    return f"{line:<20}\n"[0 if coded else CODE_CHARACTERS :].encode("latin-1")
