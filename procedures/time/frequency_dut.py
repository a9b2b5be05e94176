"""What is known of a counter or a generator of frequency: its accuracy, settings and terminals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from procedures.data_file import DataFolder, ModelFile, Table
from procedures.details import checked
from station.errors import BadInput
from station.files import Unfit
from station.locale import N_
from station.metrology.rounding import setting_scale
from station.procedure import DUT, Item

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class TimeBase(Table):
    """A time base: ±(`relative` of the frequency + `floor` (Hz))."""

    relative: NotNegative
    floor: NotNegative = 0.0
    source: str

    def half_width(self, hertz: float) -> float:
        """Return the limit (Hz) at `hertz` (Hz)."""
        return self.relative * hertz + self.floor


class Series(Table):
    """Readings at one frequency (Hz): so many of so long a gate (s)."""

    hertz: Positive
    gate_seconds: Positive = Field(alias="gate-seconds")
    readings: Annotated[int, Field(ge=2)]


class Counter(Table):
    """A counter, whose own time base reads a reference.

    Attributes:
        terminals: of its input.
        range_volts: range of the input (V).
        resolution: of a gate of one second, as a part of the frequency.
    """

    terminals: tuple[str, str]
    range_volts: Positive = Field(alias="range-volts")
    resolution: Positive
    resolution_source: str = Field(alias="resolution-source")
    series: tuple[Series, ...]


class Generator(Table):
    """A generator, read by a counter that follows the reference.

    Attributes:
        terminals: of its output.
        volts: amplitude (V r.m.s.) at which it is read.
        hertz: highest frequency (Hz).
    """

    terminals: tuple[str, str]
    volts: Positive
    hertz: Positive
    series: tuple[Series, ...]

    @model_validator(mode="after")
    def _within_reach(self) -> Self:
        for each in self.series:
            if each.hertz > self.hertz:
                raise Unfit(
                    "the point {hertz:g} Hz is beyond {most:g} Hz",
                    hertz=each.hertz,
                    most=self.hertz,
                )
        return self


class FrequencyFile(ModelFile):
    """The data file of a model, `procedures/time/data/MODEL.toml`: a counter or a generator."""

    time_bases: Mapping[str, TimeBase] = Field(alias="time-base")
    counter: Counter | None = None
    generator: Generator | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.counter is None) is (self.generator is None):
            raise Unfit("state either a counter or a generator")
        return self

    def cited(self) -> Iterable[str]:
        """Return the names of the sources that its figures name."""
        own = () if self.counter is None else (self.counter.resolution_source,)
        return (*(each.source for each in self.time_bases.values()), *own)


FILES = DataFolder("time/data", N_("a counter or generator"), FrequencyFile, FrequencyFile.cited)


LEAST_WARM_UP_MINUTES = 60.0
"""After it the allowance for what is left of the reference's way to its frequency holds."""


class Details(Table):
    """What [instruments.dut.details] may say.

    Attributes:
        time_base: which of the model's time bases it has; "standard" where nothing is said.
        warm_up_minutes: how long both are left to warm up before anything counts, an hour at
            least: the allowance for what is left after the lock is for then. 0 says that they
            have been on for a day.
    """

    time_base: str = "standard"
    warm_up_minutes: float = Field(default=60.0, ge=0.0, le=2880.0)

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if 0.0 < self.warm_up_minutes < LEAST_WARM_UP_MINUTES:
            raise Unfit(
                "warm_up_minutes = {minutes:g} is too short for a rubidium standard: at least "
                "{least:g}, or 0 where all have been on for a day",
                minutes=self.warm_up_minutes,
                least=LEAST_WARM_UP_MINUTES,
            )
        return self


@dataclass(frozen=True)
class Dut:
    """A model's data, the bytes of the file they were read from, and the item's details."""

    figures: FrequencyFile
    content: bytes
    details: Details

    @property
    def time_base(self) -> TimeBase:
        """The accuracy of the item's time base."""
        return self.figures.time_bases[self.details.time_base]


def dut(item: Item) -> Dut:
    """Return what is known of `item`.

    Raises:
        BadInput: there is no data file for its model, the file is wrong, or its details are.
    """
    content = FILES.content(item.model)
    figures = FILES.figures(item.model, content)
    details = checked(DUT, item.details, Details)
    if details.time_base not in figures.time_bases:
        raise BadInput(
            "[instruments.{dut}.details] time_base: a {model} has no {name!r}. There are {known}.",
            dut=DUT,
            model=item.model,
            name=details.time_base,
            known=tuple(figures.time_bases),
        )
    return Dut(figures, content, details)


def said(hertz: float) -> str:
    """Return a frequency (Hz) as it is said at a bench, e.g. "10 MHz"."""
    chosen = setting_scale("Hz", hertz)
    return f"{float(chosen.apply(hertz)):.7g} {chosen.unit}"
