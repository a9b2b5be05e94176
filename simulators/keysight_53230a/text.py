"""How a 53230A writes numbers: 15 digits and an exponent of three."""

import struct

from simulators.keysight_53230a.measuring import Settings


class Long:
    """Numbers such as +1.00230000000000E+007."""

    def text(self, value: float) -> str:
        """Return `value` as answers carry it."""
        mantissa, _, exponent = f"{min(max(value, -9.9e37), 9.91e37):+.14E}".partition("E")
        return f"{mantissa}E{int(exponent):+04d}"


NUMBERS = Long()


def readings_text(values: list[float], settings: Settings) -> str:
    """Return readings as the format in use sends them; a definite block for binary ones."""
    if not settings.binary:
        return ",".join(NUMBERS.text(value) for value in values)
    order = "<" if settings.swapped else ">"
    packed = struct.pack(f"{order}{len(values)}d", *values)
    length = str(len(packed))
    return f"#{len(length)}{length}{packed.decode('latin-1')}"
