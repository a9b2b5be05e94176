"""The items of a comparison of thermometers: their kinds, functions, limits, and the run's plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field, model_validator

from procedures.details import checked
from procedures.temperature.details import (
    Curve,
    Details,
    NotNegative,
    Positive,
    Temperatures,
    rising,
)
from procedures.temperature.reference import Indicates
from station.errors import BadInput
from station.files import Unfit
from station.metrology.errors import OutOfValidity
from station.metrology.physics.iec60751 import (
    PT100,
    CallendarVanDusen,
    Construction,
    ToleranceClass,
    tolerance_celsius,
)
from station.metrology.physics.its90 import CELSIUS_ZERO_KELVIN, reference_ratio, temperature
from station.procedure import DUT, Items

NAME = "temperature"
NOMINAL_ITS90 = "its90-deviation-"


class Kind(StrEnum):
    """What an item is."""

    DIGITAL = "digital"
    RESISTANCE = "resistance"


class ItemDetails(Details):
    """What is said of every item; temperatures in °C, differences in K."""

    kind: Kind = Kind.DIGITAL
    resolution: Positive | None = None
    limit: Positive | None = None
    class_: ToleranceClass | None = Field(default=None, alias="class")
    construction: Construction = Construction.WIRE_WOUND
    full_scale: float | None = None
    nominal_ohms: Positive = 100.0
    function: str = Field(
        default="callendar-van-dusen",
        pattern=r"^(callendar-van-dusen|its90-deviation-([1-57-9]|1[01]))$",
    )

    @model_validator(mode="after")
    def _complete(self) -> "ItemDetails":
        if self.kind is Kind.DIGITAL and (self.resolution is None or self.limit is None):
            raise Unfit("a digital thermometer needs resolution and limit (± °C)")
        if self.kind is Kind.RESISTANCE and (self.class_ is None) == (self.limit is None):
            raise Unfit("a resistance thermometer needs class, or limit (± °C), one of them")
        if self.class_ is not None and self.function.startswith(NOMINAL_ITS90):
            raise Unfit("a class is that of IEC 60751: give a limit with a function of ITS-90")
        return self


class RunDetails(ItemDetails):
    """What is said once a run, of the item in the role "dut"."""

    points: Temperatures
    axial: Curve
    radial: Curve
    conduction: NotNegative = 0.0
    stable_within: Positive = 0.05
    soak_minutes: NotNegative = 10.0
    reference: Indicates = Indicates.TEMPERATURE
    reference_resolution: NotNegative = 0.001
    reference_readout_ppm: NotNegative = 0.0

    @model_validator(mode="after")
    def _possible(self) -> "RunDetails":
        if len(set(self.points)) < len(self.points):
            raise Unfit("a temperature is named twice; the first one is visited again anyway")
        if not rising(self.axial) or not rising(self.radial):
            raise Unfit("the temperatures of axial and radial must rise")
        return self


@dataclass(frozen=True)
class Plan:
    """The run, and its items by role."""

    run: RunDetails
    items: Mapping[str, ItemDetails]

    def full_scale(self, role: str) -> float:
        """Return the upper end (°C) of an item's range, or of the points where none is said."""
        stated = self.items[role].full_scale
        return max(self.run.points, key=abs) if stated is None else stated

    @property
    def first(self) -> str:
        """Id of the first observation."""
        return observation(self.run.points[0])

    @property
    def last(self) -> str:
        """Id of the return to the first temperature."""
        return f"{NAME}/{self.run.points[0]:g} °C/return"


def observation(celsius: float) -> str:
    """Return the id of the observation at `celsius` (°C)."""
    return f"{NAME}/{celsius:g} °C/readings"


def planned(items: Items) -> Plan:
    """Return the run that the items' details describe.

    Raises:
        BadInput: a detail is unknown, missing or impossible, or the items are of two kinds.
    """
    run = checked(DUT, items[DUT].details, RunDetails)
    found = {
        role: run if role == DUT else checked(role, item.details, ItemDetails)
        for role, item in items.items()
    }
    for role, each in found.items():
        if each.kind is Kind.RESISTANCE and not items[role].named:
            raise BadInput(
                "[instruments.{role}] is the readout: say what is calibrated by "
                'item = {{ maker = "…", type = "…", serial = "…" }}.',
                role=role,
            )
        if each.kind is not run.kind:
            raise BadInput(
                "{role} is a {kind} thermometer and {dut} a {other} one: calibrate digital and "
                "resistance thermometers in two runs.",
                role=role,
                kind=each.kind,
                dut=DUT,
                other=run.kind,
            )
        for celsius in run.points:
            try:
                half_width(each, celsius)
                nominal_ohms(each, celsius)
            except OutOfValidity as error:
                raise BadInput(
                    "[instruments.{role}.details] does not fit the point {celsius:g} °C: {error}.",
                    role=role,
                    celsius=celsius,
                    error=error,
                ) from error
    return Plan(run, found)


def nominal_celsius(item: ItemDetails, ohms: float) -> float:
    """Return the temperature (°C) of a resistance (Ω) by the item's nominal function."""
    if item.function.startswith(NOMINAL_ITS90):
        return float(temperature(ohms / item.nominal_ohms)) - CELSIUS_ZERO_KELVIN
    return float(CallendarVanDusen(item.nominal_ohms).temperature_celsius(ohms))


def nominal_ohms(item: ItemDetails, celsius: float) -> float:
    """Return the resistance (Ω) at a temperature (°C) by the item's nominal function."""
    if item.function.startswith(NOMINAL_ITS90):
        return item.nominal_ohms * float(reference_ratio(celsius + CELSIUS_ZERO_KELVIN))
    return item.nominal_ohms / PT100.r0_ohm * float(PT100.resistance_ohm(celsius))


def kelvin_per_ohm(item: ItemDetails, ohms: float) -> float:
    """Return the slope (K/Ω) of the item's nominal function at a resistance (Ω)."""
    step = 1e-4 * item.nominal_ohms
    return (nominal_celsius(item, ohms + step) - nominal_celsius(item, ohms - step)) / (2.0 * step)


def half_width(item: ItemDetails, celsius: float) -> float:
    """Return the limit of error (± K) at `celsius` (°C).

    Raises:
        OutOfValidity: the item's class does not reach there.
    """
    if item.class_ is None:
        assert item.limit is not None
        return item.limit
    return float(tolerance_celsius(item.class_, item.construction, celsius))
