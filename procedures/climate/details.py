"""What the bench file says of thermo-hygrometers and of the air they are compared in."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from procedures.details import Stated, checked
from station.errors import BadInput
from station.files import Unfit
from station.procedure import DUT, Item, Items


class Quantity(Enum):
    """What is compared; its value is the name of the test and of the certificate's table."""

    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"

    @property
    def unit(self) -> str:
        """Symbol of its unit."""
        return "°C" if self is Quantity.TEMPERATURE else "%"


class Place(Enum):
    """Where the air is."""

    CHAMBER = "chamber"
    ROOM = "room"


def _numbers(text: Any) -> Any:
    if not isinstance(text, str):
        return (text,) if isinstance(text, float | int) else text
    return tuple(part.strip() for part in text.split(",") if part.strip() not in ("", "none"))


Celsius = Annotated[float, Field(ge=-40.0, le=100.0)]
Percent = Annotated[float, Field(ge=0.0, le=100.0)]
UpToTen = Annotated[float, Field(gt=0.0, le=10.0)]
UpToFifty = Annotated[float, Field(gt=0.0, le=50.0)]


def _each_once(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(set(values)) < len(values):
        raise Unfit("a value is there twice: name each once")
    return values


Listed, Once = BeforeValidator(_numbers), AfterValidator(_each_once)

RESOLUTIONS: Mapping[str, tuple[float, float]] = {
    "omega-ithx": (0.1, 0.1),
    "thermo-hygrometer": (0.1, 1.0),
}
"""Of models whose details do not say (°C, %)."""


class Details(Stated):
    """Details of one item; the settings of its driver are among them.

    Attributes:
        limit_celsius: ± limit of error of the temperature (°C).
        limit_percent: ± limit of error of the relative humidity (%).
        limit_source: who states them.
        resolution_celsius: last digit (°C).
        resolution_percent: last digit (%).
        probe: of an iTHX, a setting of its driver.
    """

    limit_celsius: UpToTen
    limit_percent: UpToFifty
    limit_source: str = "stated in the bench file, by the maker or the customer"
    resolution_celsius: UpToTen | None = None
    resolution_percent: UpToTen | None = None
    probe: int | None = None

    def limit(self, quantity: Quantity) -> float:
        """Return the limit of error."""
        return self.limit_celsius if quantity is Quantity.TEMPERATURE else self.limit_percent

    def resolution(self, quantity: Quantity) -> float:
        """Return the last digit."""
        celsius, percent = self.resolution_celsius, self.resolution_percent
        found = celsius if quantity is Quantity.TEMPERATURE else percent
        assert found is not None  # `planned` has filled it in
        return found


class RunDetails(Details):
    """Details of the first item: of itself, and how all are compared.

    Attributes:
        place: chamber or room.
        temperatures: to be made (°C), "15, 25, 35" or "none".
        humidities: to be made (%), "30, 50, 75" or "none".
        at_percent: humidity (%) while temperatures are compared; in a room, about what it has.
        at_celsius: temperature (°C) while humidities are compared; in a room, about what it has.
        uniformity_kelvin: half-width (K) of the difference between two places in the air.
        uniformity_percent: the same (%), with what differences of temperature make of it.
        uniformity_source: who says so.
        stable_within_kelvin: width (K) of the reference's readings when it is at rest.
        stable_within_percent: the same (%).
        soak_minutes: time for the items, then.
        readings: of each item at each point.
        pace_seconds: between them (s).
        reference_resolution_celsius: last digit of the reference (°C).
        reference_resolution_percent: the same (%).
    """

    place: Place = Place.CHAMBER
    temperatures: Annotated[tuple[Celsius, ...], BeforeValidator(_numbers), Once] = (
        15.0,
        25.0,
        35.0,
    )
    humidities: Annotated[tuple[Percent, ...], BeforeValidator(_numbers), Once] = (30.0, 50.0, 75.0)
    at_percent: Percent = 50.0
    at_celsius: Celsius = 25.0
    uniformity_kelvin: float = Field(default=0.3, ge=0.0, le=10.0)
    uniformity_percent: float = Field(default=1.5, ge=0.0, le=20.0)
    uniformity_source: str = "differences between places in the air: laboratory's allowance"
    stable_within_kelvin: float = Field(default=0.3, gt=0.0, le=2.0)
    stable_within_percent: float = Field(default=1.0, gt=0.0, le=5.0)
    soak_minutes: float = Field(default=20.0, ge=0.0, le=2880.0)
    readings: int = Field(default=6, ge=3, le=100)
    pace_seconds: float = Field(default=30.0, ge=0.0, le=3600.0)
    reference_resolution_celsius: float = Field(default=0.1, gt=0.0, le=1.0)
    reference_resolution_percent: float = Field(default=0.1, gt=0.0, le=1.0)

    def climate(self, quantity: Quantity, value: float) -> tuple[float, float]:
        """Return temperature (°C) and humidity (%) that are made for `value` of `quantity`."""
        if quantity is Quantity.TEMPERATURE:
            return value, self.at_percent
        return self.at_celsius, value

    def points(self, quantity: Quantity) -> tuple[float, ...]:
        """Return what is made (°C or %)."""
        return self.temperatures if quantity is Quantity.TEMPERATURE else self.humidities

    def other(self, quantity: Quantity) -> float:
        """Return the value of the other quantity (% or °C) meanwhile."""
        return self.at_percent if quantity is Quantity.TEMPERATURE else self.at_celsius

    def uniformity(self, quantity: Quantity) -> float:
        """Return the half-width of the difference between two places (K or %)."""
        of_temperature = quantity is Quantity.TEMPERATURE
        return self.uniformity_kelvin if of_temperature else self.uniformity_percent

    def stable_within(self, quantity: Quantity) -> float:
        """Return the width of readings at rest (K or %)."""
        of_temperature = quantity is Quantity.TEMPERATURE
        return self.stable_within_kelvin if of_temperature else self.stable_within_percent

    def beyond(self, quantity: Quantity) -> float:
        """Return how far (K or %) beyond a set-point its correction still serves."""
        return 0.5 if quantity is Quantity.TEMPERATURE else 2.0

    def near(self, quantity: Quantity) -> float:
        """Return how far from the set-point (K or %) air is that has arrived."""
        return 2.0 if quantity is Quantity.TEMPERATURE else 5.0

    def reference_resolution(self, quantity: Quantity) -> float:
        """Return the last digit of the reference (°C or %)."""
        of_temperature = quantity is Quantity.TEMPERATURE
        celsius, percent = self.reference_resolution_celsius, self.reference_resolution_percent
        return celsius if of_temperature else percent


DetailsT = TypeVar("DetailsT", bound=Details)


def planned(items: Items) -> tuple[RunDetails, Mapping[str, Details]]:
    """Return how all items are compared, and the details of each.

    Raises:
        BadInput: something is missing, unknown or impossible.
    """
    run = _complete(DUT, items[DUT], checked(DUT, items[DUT].details, RunDetails))
    if not run.temperatures and not run.humidities and run.place is Place.CHAMBER:
        raise BadInput(
            "[instruments.{dut}.details] temperatures and humidities are both none: state what "
            'is to be compared, e.g. temperatures = "15, 25, 35".',
            dut=DUT,
        )
    if run.place is Place.ROOM and not {"at_celsius", "at_percent"} <= run.model_fields_set:
        raise BadInput(
            "[instruments.{dut}.details] at_celsius and at_percent are missing: state about what "
            "the room has, as the points will be called by it, e.g. at_celsius = 23, "
            "at_percent = 55.",
            dut=DUT,
        )
    others = {
        role: _complete(role, item, checked(role, item.details, Details))
        for role, item in items.items()
        if role != DUT
    }
    return run, {DUT: run, **others}


def _complete(role: str, item: Item, details: DetailsT) -> DetailsT:
    """Fill in the resolutions of a known model."""
    celsius, percent = RESOLUTIONS.get(item.model, (None, None))
    complete = details.model_copy(
        update={
            "resolution_celsius": details.resolution_celsius or celsius,
            "resolution_percent": details.resolution_percent or percent,
        }
    )
    if complete.resolution_celsius is None or complete.resolution_percent is None:
        raise BadInput(
            "[instruments.{role}.details] resolution_celsius and resolution_percent are missing: "
            "state the last digits of the {model}.",
            role=role,
            model=item.model,
        )
    return complete
