"""Where a contribution comes from, as budgets say it, in the reader's language.

A source is one English text with its numbers, written into the record as it is. It is told piece
by piece; what is not known here, titles of documents above all, stays.
"""

import re

from station.locale import N_, Translate, decimal

PIECES = frozenset(
    (
        # what a certificate says, and how long it holds
        N_("certificate {}"),
        N_("{} at {} Hz"),
        N_("between {} and {}"),
        N_("{} days"),
        # readings
        N_("{} readings"),
        N_("{} readings of the counter"),
        N_("autocorrelation counted"),
        N_("alternating with the reference"),
        N_("item less reference"),
        N_("{} pairs"),
        N_("{} cycles ABBA"),
        N_("mean of {}"),
        N_("mean of {} series"),
        N_("gauge minus standard"),
        N_("of {} weighings"),
        N_("s of {} weighings"),
        N_("s pooled from this laboratory's records"),
        N_("scatter of this run's readings"),
        N_("experimental standard deviation of {} readings"),
        N_("this run"),
        N_("this calibration"),
        N_("as found"),
        # instruments
        N_("scale interval d"),
        N_("additional weights in steps of e/{}"),
        N_("resolution {} mm and how it is read"),
        N_("resolution {} with a gate of {} s"),
        N_("beyond the scatter"),
        N_("not twice"),
        N_("at zero"),
        N_("{} of the resolution where there is a pointer"),
        N_("{} of the resolution at either pointer"),
        N_("{} of the span per kelvin"),
        N_("{} of the pressure per kelvin"),
        N_("{} K off {} °C"),
        N_("ideal gas at {} °C less the air outside"),
        N_("parallelism of the faces"),
        N_("half of it either way"),
        N_("the faces on each other"),
        N_("variation in length of grade {}"),
        N_("no block"),
        # baths, blocks and rooms
        N_("between holes"),
        N_("along the holes"),
        N_("along the stems"),
        N_("hole to hole"),
        N_("along the zone"),
        N_("rising and falling"),
        N_("with all holes full"),
        N_("half the range in {} min"),
        N_("differences between places in the air"),
        N_("room thermometer"),
        N_("soaking time"),
        N_("stated by the laboratory from the source's calibration"),
        # what is taken for granted
        N_("this laboratory's allowance"),
        N_("laboratory's allowance"),
        N_("laboratory's allowances"),
        N_("magnetic properties within the limits of the class are taken to add nothing"),
        N_("assumed of stainless steel"),
        N_("added up"),
        N_("from memory"),
        N_("unverified"),
        N_("annex {}"),
        N_("table {}"),
    )
)
"""What sources are made of; {} stands for a number or a name."""

STABILITY = N_("stability specification of {}")

NAMES = (N_("indicated"), N_("reference_density"), N_("resolution_at_zero"))
"""Contributions whose names procedures put together."""

QUANTITIES = {
    "dc-voltage": N_("DC voltage"),
    "ac-voltage": N_("AC voltage"),
    "dc-current": N_("DC current"),
    "ac-current": N_("AC current"),
    "resistance": N_("Resistance"),
    "resistance-2w": N_("Resistance, 2-wire"),
    "resistance-4w": N_("Resistance, 4-wire"),
    "capacitance": N_("Capacitance"),
    "frequency": N_("Frequency"),
    "temperature": N_("Temperature"),
    "gauge-pressure": N_("Gauge pressure"),
    "humidity": N_("Relative humidity"),
    "mass": N_("Mass"),
    "length": N_("Length"),
}
"""A quantity of a certificate file in words; one that is not here is told as it is written."""

_BETWEEN = re.compile(r"(; |, | \+ |: | \(|\))")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE]-?\d+)?(?: %)?(?![\w.])")
"""Clauses, of more than two numbers, are none."""

_STATED = re.compile(r"([^;]+) stability specification(.*)")
_NAMED = re.compile(r"(certificate|annex|table) (\S+)")


def source_told(source: str, say: Translate) -> str:
    """Return a source in the language of `say`."""
    whole = say(source)
    if whole != source:
        return whole
    if (stated := _STATED.fullmatch(source)) and say(STABILITY) != STABILITY:
        return f"{say(STABILITY).format(say(stated[1]))}{source_told(stated[2], say)}"
    return "".join(_piece(piece, say) for piece in _BETWEEN.split(source))


def _piece(piece: str, say: Translate) -> str:
    if named := _NAMED.fullmatch(piece):
        return say(f"{named[1]} {{}}").format(named[2])
    quantity, _, rest = piece.partition(" ")
    if quantity in QUANTITIES and rest:
        return f"{say(QUANTITIES[quantity])} {_numbered(rest, say)}"
    return _numbered(piece, say)


def _numbered(piece: str, say: Translate) -> str:
    numbers = [decimal(each, say) for each in _NUMBER.findall(piece)]
    template = _NUMBER.sub("{}", piece)
    if template == "{}":
        return numbers[0]
    return say(template).format(*numbers) if template in PIECES else piece
