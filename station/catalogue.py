"""Every model that the station knows: who drives it, who simulates it."""

import math
from dataclasses import dataclass

from drivers import capabilities as c
from drivers.capabilities import Offers, Reach, Span

UNITS: dict[type, str] = {
    c.DcVoltageSource: "V", c.AcVoltageSource: "V", c.DcVoltmeter: "V", c.AcVoltmeter: "V",
    c.DcCurrentSource: "A", c.AcCurrentSource: "A", c.DcAmmeter: "A", c.AcAmmeter: "A",
    c.ResistanceSource: "Ω", c.Ohmmeter: "Ω", c.ResistanceThermometerReadout: "Ω",
    c.FrequencySource: "Hz", c.FrequencyMeter: "Hz", c.FrequencyReference: "Hz",
    c.ReferencedFrequencyMeter: "Hz", c.LoadResistor: "Ω",
    c.TemperatureSource: "°C", c.Thermometer: "°C", c.Hygrometer: "%",
    c.PressureSource: "Pa", c.PressureGauge: "Pa", c.Barometer: "Pa",
    c.Balance: "kg", c.LengthIndicator: "m",
}  # fmt: skip
"""Unit of the amplitude of each capability's reach."""

UNPREFIXED = frozenset({"°C", "%", "kg"})


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model.

    Attributes:
        name: as bench files call it.
        title: as a person calls it.
        offers: capability → reach of its driver; None where it is only simulated.
        faces: how the simulated one is reached; None where it has no simulator.
        unverified: what of it rests on memory or second-hand texts.
    """

    name: str
    title: str
    offers: Offers | None
    faces: tuple[str, ...] | None
    unverified: str = ""


def known_models() -> tuple[KnownModel, ...]:
    """Return every model, in the order of the drivers' catalogue, those only simulated last."""
    from drivers.catalogue import driver_class, models
    from simulators.models import MODELS as SIMULATED

    driven = models()
    faces = {name: row.faces.names() for name, row in SIMULATED.items()}
    titles = {name: row.title for name, row in SIMULATED.items()}
    return (
        *(
            KnownModel(name, row.title, driver_class(name).offers, faces.get(name), row.unverified)
            for name, row in driven.items()
        ),
        *(
            KnownModel(name, titles[name], None, faces[name])
            for name in SIMULATED
            if name not in driven
        ),
    )


def reach_text(capability: type, reach: Reach) -> str:
    """Return how far a capability goes, e.g. "−1000 … 1000 V", "0 … 750 V at 3 Hz … 300 kHz"."""
    text = _span(reach.amplitude, UNITS.get(capability, ""))
    return text if reach.hertz is None else f"{text} at {_span(reach.hertz, 'Hz')}"


def _span(span: Span, unit: str) -> str:
    low, high = _quantity(span.low, unit), _quantity(span.high, unit)
    if low == high:
        return high
    return f"±{high}" if span.low == -span.high else f"{low} … {high}"


def _quantity(value: float, unit: str) -> str:
    power = 0
    if value and unit not in UNPREFIXED:
        power = min(3, max(-4, math.floor(math.log10(abs(value)) / 3 + 1e-9)))
    prefix = ("p", "n", "µ", "m", "", "k", "M", "G")[power + 4]
    return f"{value / 1000.0**power:.6g} {prefix}{unit}".replace("-", "−")
