"""What is known of a counter or a generator of frequency: its accuracy, settings and terminals."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from station.errors import BadInput
from station.files import parse_toml
from station.metrology.rounding import setting_scale
from station.procedure import DUT, Item

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(_Table):
    """Where figures come from; `verified` if they were seen in the maker's own document."""

    text: str
    verified: bool


class TimeBase(_Table):
    """A time base: ±(`relative` of the frequency + `floor` (Hz))."""

    relative: NotNegative
    floor: NotNegative = 0.0
    source: str

    def half_width(self, hertz: float) -> float:
        """Return the limit (Hz) at `hertz` (Hz)."""
        return self.relative * hertz + self.floor


class Series(_Table):
    """Readings at one frequency (Hz): so many of so long a gate (s)."""

    hertz: Positive
    gate_seconds: Positive = Field(alias="gate-seconds")
    readings: Annotated[int, Field(ge=2)]


class Counter(_Table):
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


class Generator(_Table):
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
                raise ValueError(f"the point {each.hertz:g} Hz is beyond {self.hertz:g} Hz")
        return self


class FrequencyFile(_Table):
    """The data file of a model, `procedures/time/data/MODEL.toml`: a counter or a generator."""

    model: str
    title: str
    sources: Mapping[str, Source]
    time_bases: Mapping[str, TimeBase] = Field(alias="time-base")
    counter: Counter | None = None
    generator: Generator | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.counter is None) is (self.generator is None):
            raise ValueError("state either a counter or a generator")
        return self


class Details(_Table):
    """What [instruments.dut.details] may say.

    Attributes:
        time_base: which of the model's time bases it has; "standard" where nothing is said.
        warm_up_minutes: how long both are left to warm up before anything counts; 0 says that
            they have been on for a day.
    """

    time_base: str = "standard"
    warm_up_minutes: NotNegative = 60.0


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


def known_models() -> list[str]:
    """Return the models that have a data file."""
    folder = files("procedures") / "time" / "data"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir())


def dut(item: Item) -> Dut:
    """Return what is known of `item`.

    Raises:
        BadInput: there is no data file for its model, the file is wrong, or its details are.
    """
    known = known_models()
    if item.model not in known:
        raise BadInput(
            f"No points and accuracy for a counter or generator of model {item.model!r}. Known: "
            f"{', '.join(known)}. Write procedures/time/data/{item.model}.toml."
        )
    content = (files("procedures") / "time" / "data" / f"{item.model}.toml").read_bytes()
    figures = read(item.model, content)
    try:
        details = Details.model_validate(dict(item.details))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadInput(
            f"[instruments.{DUT}.details] {'.'.join(map(str, first['loc']))}: {first['msg']}. "
            f"Correct it; there are {', '.join(Details.model_fields)}."
        ) from error
    if details.time_base not in figures.time_bases:
        raise BadInput(
            f"[instruments.{DUT}.details] time_base: a {item.model} has no "
            f"{details.time_base!r}. There are {', '.join(figures.time_bases)}."
        )
    return Dut(figures, content, details)


def read(model: str, content: bytes) -> FrequencyFile:
    """Return what the `content` of the data file of `model` says.

    Raises:
        BadInput: it is wrong.
    """
    name = f"procedures/time/data/{model}.toml"
    figures = parse_toml(content, FrequencyFile, name=name)
    if figures.model != model:
        raise BadInput(f"{name}: 'model' is {figures.model!r}, not its name.")
    named = {each.source for each in figures.time_bases.values()}
    if figures.counter is not None:
        named.add(figures.counter.resolution_source)
    for source in named - set(figures.sources):
        raise BadInput(f"{name}: source {source!r} is not under [sources].")
    return figures


def said(hertz: float) -> str:
    """Return a frequency (Hz) as it is said at a bench, e.g. "10 MHz"."""
    chosen = setting_scale("Hz", hertz)
    return f"{float(chosen.apply(hertz)):.7g} {chosen.unit}"
