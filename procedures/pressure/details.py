"""What the bench file says of a pressure gauge, checked where it comes in."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from procedures.details import Stated
from station.files import Unfit
from station.metrology.physics.pressure import (
    LARGEST_GRAVITY,
    SMALLEST_GRAVITY,
    STANDARD_GRAVITY,
    Gas,
)

Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]

MOST_PERCENT = 25.0
"""Beyond, a limit is no limit: a unit or a decimal point was mistaken."""

Percent = Annotated[float, Field(gt=0.0, le=MOST_PERCENT)]

PASCALS: Mapping[str, float] = MappingProxyType({
    "Pa": 1.0, "hPa": 1e2, "kPa": 1e3, "MPa": 1e6, "mbar": 1e2, "bar": 1e5,
    "psi": 6894.757293168, "kgf/cm²": 98066.5,
})  # fmt: skip
"""Symbol of a unit → that unit in Pa; the pound-force per square inch as in NIST SP 811."""

EN_837_1_CLASSES = (0.1, 0.25, 0.6, 1.0, 1.6, 2.5, 4.0)
"""EN 837-1: accuracy class, which is the limit of the error in % of the span."""

ANYWHERE_METRES_PER_SECOND_SQUARED = 0.03
"""Half-width that holds gravity everywhere at low altitude, 9.78 to 9.83 m/s²."""

DEEPEST_VACUUM = -105e3
"""Full scale (Pa) below which there is no gauge; scales end at -1 bar, -15 psi or -760 mmHg."""

SAME = 1e-6
"""Relative difference within which two ends of a scale are one."""

UNVERIFIED = "from memory, unverified"

STOP_PIN_FROM = 0.1
"""Of the scale, from which on the class holds where a pin stops the pointer (from memory)."""


class Kind(StrEnum):
    """What a gauge is, which decides how long it rests and what the temperature does to it."""

    DIAL = "dial"
    DIGITAL = "digital"
    TRANSMITTER = "transmitter"


class Sequence(StrEnum):
    """Sequences of DKD-R 6-1, the most thorough first."""

    A = "A"
    B = "B"
    C = "C"


class Mode(StrEnum):
    """What the work is: a calibration, or a legal verification of one of three kinds."""

    CALIBRATION = "calibration"
    INITIAL = "initial"
    PERIODIC = "periodic"
    AFTER_REPAIR = "after-repair"


DIAL_PER_KELVIN = 0.04
"""Limit of the effect of temperature on a dial (% of the span per kelvin) where none is stated:
EN 837-1 (from memory, unverified)."""

OTHERS_PER_KELVIN = 0.01
"""The same of other gauges (% of the pressure per kelvin): this laboratory's allowance."""


class Details(Stated):
    """[instruments.dut.details] of a gauge; pressures in its own unit.

    Attributes:
        unit: that it shows, one of `PASCALS`; also a setting of a gauge read by a person.
        resolution: smallest step that can be told apart; also such a setting. Of a transmitter in
            mA.
        full_scale: pressure at the end of its scale, negative for vacuum. The scale begins at zero;
            the two sides of a compound gauge are two runs.
        span: of the whole scale where it is more than `full_scale` (a compound gauge).
        accuracy_class: of EN 837-1 ("class"); else `percent_of_span` and `percent_of_reading`.
        percent_of_span: limit of the error, in % of the span.
        percent_of_reading: limit that is added to `percent_of_span`, in % of the pressure.
        kind: "dial", "digital" or "transmitter".
        low_milliamperes: what a transmitter gives at zero.
        high_milliamperes: what it gives at full scale.
        ammeter_percent: limit of the ammeter's error, in % of the current.
        ammeter_microamperes: limit that is added (µA).
        sequence: of DKD-R 6-1; where none is named, the one that fits the limit.
        points: how many pressures, zero and full scale included, evenly distributed.
        stop_pin: "yes" where a pin stops the pointer at zero.
        mode: "calibration", or a verification.
        document: that a verification follows, where it is not that of spring gauges.
        below: height (m) of the controller's reference level above that of the gauge.
        below_half_width: how well that is known (m).
        gravity: local (m/s²); standard gravity, good for anywhere, where none is stated.
        gas: in the hoses, "air" or "nitrogen".
        reference_celsius: temperature (°C) at which the limits hold.
        percent_per_kelvin: limit of the effect of temperature, in % of the pressure per kelvin;
            where none is stated, of a dial that of EN 837-1, in % of the span.
        module: a setting of the driver of a gauge with several sensors.
    """

    unit: str = "bar"
    resolution: Positive
    full_scale: float
    span: Positive | None = None
    accuracy_class: float | None = Field(default=None, alias="class")
    percent_of_span: Percent | None = None
    percent_of_reading: Annotated[float, Field(ge=0.0, le=MOST_PERCENT)] = 0.0
    kind: Kind = Kind.DIAL
    low_milliamperes: NotNegative = 4.0
    high_milliamperes: Positive = 20.0
    ammeter_percent: Annotated[float, Field(ge=0.0, le=MOST_PERCENT)] | None = None
    ammeter_microamperes: NotNegative = 0.0
    sequence: Sequence | None = None
    points: int | None = Field(default=None, ge=3, le=21)
    stop_pin: bool = False
    mode: Mode = Mode.CALIBRATION
    document: str = ""
    below: float = Field(default=0.0, ge=-90.0, le=90.0)
    below_half_width: Annotated[float, Field(ge=0.0, le=1.0)] = 0.01
    gravity: float | None = Field(default=None, ge=SMALLEST_GRAVITY, le=LARGEST_GRAVITY)
    gas: str = "air"
    reference_celsius: float = Field(default=20.0, ge=0.0, le=40.0)
    percent_per_kelvin: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    module: int | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.unit not in PASCALS:
            raise Unfit(
                "the unit {unit!r} is unknown; known are {known}",
                unit=self.unit,
                known=tuple(PASCALS),
            )
        if self.gas not in GASES:
            raise Unfit(
                "the gas {gas!r} is unknown; known are {known}", gas=self.gas, known=tuple(GASES)
            )
        if self.low_milliamperes >= self.high_milliamperes:
            raise Unfit("a transmitter gives more at full scale than at zero")
        if self.kind is Kind.TRANSMITTER and self.ammeter_percent is None:
            raise Unfit("give ammeter_percent, from the ammeter's certificate or specification")
        if self.full_scale == 0.0 or self.step_pascals >= abs(self.full_scale_pascals) / 4.0:
            raise Unfit("full_scale and resolution, both in its unit, leave no scale to read")
        if self.full_scale_pascals < DEEPEST_VACUUM:
            raise Unfit("full_scale is beyond vacuum: below -1 bar there is no pressure left")
        if self.span is not None and self.span < abs(self.full_scale):
            raise Unfit("span is that of the whole scale, not less than full_scale")
        if (self.accuracy_class is None) == (self.percent_of_span is None):
            raise Unfit('give its "class", or percent_of_span for a gauge without one')
        if self.accuracy_class is not None and self.percent_of_reading:
            raise Unfit(
                "percent_of_reading is added to percent_of_span, not to a class: give one or the "
                "other"
            )
        if self.accuracy_class not in (None, *EN_837_1_CLASSES):
            raise Unfit(
                "EN 837-1 has the classes {known}; else give percent_of_span",
                known=tuple(f"{each:g}" for each in EN_837_1_CLASSES),
            )
        if self.stop_pin and self.kind is not Kind.DIAL:
            raise Unfit("only a dial has a stop_pin, no digital gauge and no transmitter")
        if self.mode is not Mode.CALIBRATION and self.kind is not Kind.DIAL and not self.document:
            raise Unfit("name the document by which a gauge other than a dial is verified")
        return self

    @property
    def pascals(self) -> float:
        """Its unit in Pa."""
        return PASCALS[self.unit]

    @property
    def full_scale_pascals(self) -> float:
        """Pressure at the end of its scale (Pa)."""
        return self.full_scale * self.pascals

    @property
    def step_pascals(self) -> float:
        """Smallest step that can be told apart (Pa)."""
        if self.kind is Kind.TRANSMITTER:
            return abs(1e-3 * self.resolution * self.pascals_per_ampere)
        return self.resolution * self.pascals

    @property
    def pascals_per_ampere(self) -> float:
        """What a transmitter's current stands for (Pa/A)."""
        return self.full_scale_pascals / (1e-3 * (self.high_milliamperes - self.low_milliamperes))

    @property
    def limit_of_span(self) -> float:
        """The part of the limit that goes with the span (%)."""
        stated = self.percent_of_span if self.accuracy_class is None else self.accuracy_class
        assert stated is not None  # `_possible`
        return stated

    @property
    def is_of_part(self) -> bool:
        """Whether the run ends before the scale does, or begins in its middle."""
        return self.span is not None and self.span > abs(self.full_scale) * (1.0 + SAME)

    @property
    def span_pascals(self) -> float:
        """Span of the whole scale (Pa)."""
        return (abs(self.full_scale) if self.span is None else self.span) * self.pascals

    def temperature_effect(self, pascals: float) -> tuple[float, str]:
        """Return the limit of the effect of temperature at a pressure (Pa/K), and its source."""
        if self.percent_per_kelvin is None and self.kind is Kind.DIAL:
            source = f"{DIAL_PER_KELVIN:g} % of the span per kelvin, EN 837-1 ({UNVERIFIED})"
            return DIAL_PER_KELVIN / 100.0 * self.span_pascals, source
        stated = self.percent_per_kelvin
        percent = OTHERS_PER_KELVIN if stated is None else stated
        said = "this laboratory's allowance" if stated is None else "item's details"
        return percent / 100.0 * abs(pascals), f"{percent:g} % of the pressure per kelvin, {said}"

    @property
    def gravity_and_half_width(self) -> tuple[float, float]:
        """Local gravity and how well it is known (m/s²)."""
        if self.gravity is None:
            return STANDARD_GRAVITY, ANYWHERE_METRES_PER_SECOND_SQUARED
        return self.gravity, 1e-4 * self.gravity

    def indicated(self, reading: float) -> float:
        """Return the pressure (Pa) that a reading says: of a gauge in Pa, of a transmitter in A."""
        if self.kind is not Kind.TRANSMITTER:
            return reading
        return (reading - 1e-3 * self.low_milliamperes) * self.pascals_per_ampere

    def ammeter_limit(self, pascals: float) -> float:
        """Return the limit (Pa) of what the ammeter adds at a pressure (Pa); none of a gauge."""
        if self.kind is not Kind.TRANSMITTER or self.ammeter_percent is None:
            return 0.0
        amperes = pascals / self.pascals_per_ampere + 1e-3 * self.low_milliamperes
        limit = self.ammeter_percent / 100.0 * abs(amperes) + 1e-6 * self.ammeter_microamperes
        return limit * abs(self.pascals_per_ampere)

    def limit(self, pascals: float) -> float:
        """Return the limit (Pa) of the error at a pressure (Pa)."""
        of_span = self.limit_of_span / 100.0 * self.span_pascals
        return of_span + self.percent_of_reading / 100.0 * abs(pascals)

    def is_assessed_at(self, pascals: float) -> bool:
        """Tell whether the limits hold at a pressure (Pa)."""
        least = STOP_PIN_FROM * abs(self.full_scale_pascals) if self.stop_pin else 0.0
        return abs(pascals) >= least * (1.0 - 1e-9)


GASES: Mapping[str, Gas] = MappingProxyType({"air": Gas.DRY_AIR, "nitrogen": Gas.NITROGEN})
