"""What the bench file says of an item that belongs on its certificate: range, class, resolution.

Metrological characteristics are printed (Thông tư 24/2013/TT-BKHCN, Art. 41, item 6); what says
how the item is calibrated is in the record only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from station.certificate.figures import show_plain
from station.certificate.texts import Text, numeral, say
from station.locale import N_

LABELS = {
    "kind": N_("kind"),
    "nominals": N_("nominal values"),
    "range": N_("range"),
    "full_scale": N_("full scale"),
    "span": N_("span"),
    "lower": N_("lower end"),
    "upper": N_("upper end"),
    "minimum": N_("minimum"),
    "maximum": N_("maximum"),
    "capacity": N_("maximum capacity"),
    "class": N_("class"),
    "grade": N_("grade"),
    "division": N_("scale division"),
    "verification_interval": N_("verification scale interval e"),
    "resolution": N_("resolution"),
    "percent_of_span": N_("limit of error (%, of the span)"),
    "percent_of_reading": N_("limit of error (%, of the reading)"),
    "limit": N_("limit of error"),
    "material": N_("material"),
    "density": N_("density / (kg/m³)"),
    "immersion": N_("immersion depth"),
}
"""Name of a characteristic, without its unit → label; in the order they are printed."""

UNITS = {
    "celsius": "°C",
    "percent": "%",
    "pascals": "Pa",
    "bar": "bar",
    "kilograms": "kg",
    "grams": "g",
    "milligrams": "mg",
    "metres": "m",
    "millimetres": "mm",
    "mm": "mm",
    "ohms": "Ω",
    "volts": "V",
    "amperes": "A",
    "hertz": "Hz",
}
"""Last word of a name → its unit, e.g. of "resolution_mm"."""

PLAIN = ("class", "grade", "percent_of_span", "percent_of_reading", "density")
"""Numbers that stand alone, or whose label has the unit."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One characteristic of an item."""

    label: Text
    value: Text


def details(stated: Mapping[str, float | str], unit: str) -> tuple[Detail, ...]:
    """Return the characteristics among what the bench file says.

    Args:
        stated: settings and details of the item.
        unit: of its points, for numbers that come without one.
    """
    shown = str(stated.get("unit", unit))
    return tuple(
        Detail(say(label), value)
        for name, label in LABELS.items()
        for value in _values(name, stated, shown)
    )


def _values(name: str, stated: Mapping[str, float | str], unit: str) -> Iterator[Text]:
    if name in stated:
        yield _value(stated[name], "" if name in PLAIN else unit)
    for suffix, of_suffix in UNITS.items():
        if f"{name}_{suffix}" in stated:
            yield _value(stated[f"{name}_{suffix}"], of_suffix)


def _with_comma(text: str) -> str:
    """Write the numbers of a text as Vietnamese does, "0.1 mg" with a comma."""
    return re.sub(r"(?<=\d)\.(?=\d)", ",", text)


def _value(value: float | str, unit: str) -> Text:
    if isinstance(value, str):
        words = say(value)
        return Text(_with_comma(words.vi), words.en)
    return numeral(f"{show_plain(value).shown} {unit}".rstrip())
