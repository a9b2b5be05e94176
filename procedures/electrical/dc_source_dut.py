"""What is known of a source of direct voltage and current: its ranges, accuracy and terminals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from procedures.electrical.dut import Source
from station.errors import BadInput
from station.files import parse_toml
from station.procedure import DUT, Item

NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Limit(_Table):
    """±(`ppm` of the output + `floor`), the latter in the unit of the output."""

    ppm: NotNegative
    floor: NotNegative
    source: str

    def half_width(self, output: float) -> float:
        """Return the limit at `output`, in its unit."""
        return self.ppm * 1e-6 * abs(output) + self.floor


class OutputRange(Limit):
    """A range: full scale (V or A), limit, output resistance, and the settings to calibrate."""

    range: Positive
    output_ohms: NotNegative = Field(default=0.0, alias="output-ohms")
    points: tuple[float, ...]

    @model_validator(mode="after")
    def _points_in_range(self) -> Self:
        for value in self.points:
            if abs(value) > self.range:
                raise ValueError(f"the point {value:g} is beyond its range {self.range:g}")
        return self


class Terminals(_Table):
    """Where the output is: names of the terminals, the positive one first."""

    voltage: tuple[str, str]
    current: tuple[str, str]


class LoadRegulation(Limit):
    """How far the voltage `volts` (V) may change with a load of at most `amperes` (A)."""

    volts: Positive
    amperes: Positive


class DcSourceFile(_Table):
    """The data file of a model, `procedures/data/dc-source/MODEL.toml`."""

    model: str
    title: str
    terminals: Terminals
    sources: Mapping[str, Source]
    dc_voltage: tuple[OutputRange, ...] = Field(default=(), alias="dc-voltage")
    dc_current: tuple[OutputRange, ...] = Field(default=(), alias="dc-current")
    load_regulation: LoadRegulation | None = Field(default=None, alias="load-regulation")

    def limits(self) -> Iterable[Limit]:
        """Return everything that has a source."""
        last = () if self.load_regulation is None else (self.load_regulation,)
        return (*self.dc_voltage, *self.dc_current, *last)


class Details(_Table):
    """What [instruments.dut.details] may say.

    Attributes:
        load_ohms: resistance (Ω) of the load in the role "load"; without it no load is connected.
        meter_current_terminal: where a current goes into the meter.
    """

    load_ohms: Positive | None = None
    meter_current_terminal: str = "I"


@dataclass(frozen=True)
class DcSource:
    """A model's data, the bytes of the file they were read from, and the item's details."""

    figures: DcSourceFile
    content: bytes
    details: Details


def known_models() -> list[str]:
    """Return the models that have a data file."""
    folder = files("procedures") / "data" / "dc-source"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir())


def dc_source(item: Item) -> DcSource:
    """Return what is known of `item`.

    Raises:
        BadInput: there is no data file for its model, the file is wrong, or its details are.
    """
    known = known_models()
    if item.model not in known:
        raise BadInput(
            f"No points and accuracy for a source of model {item.model!r}. Known: "
            f"{', '.join(known)}. Write procedures/data/dc-source/{item.model}.toml."
        )
    content = (files("procedures") / "data" / "dc-source" / f"{item.model}.toml").read_bytes()
    figures = read(item.model, content)
    try:
        details = Details.model_validate(dict(item.details))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadInput(
            f"[instruments.{DUT}.details] {'.'.join(map(str, first['loc']))}: {first['msg']}. "
            f"Correct it; there are {', '.join(Details.model_fields)}."
        ) from error
    _refuse_overload(figures, details)
    return DcSource(figures, content, details)


def read(model: str, content: bytes) -> DcSourceFile:
    """Return what the `content` of the data file of `model` says.

    Raises:
        BadInput: it is wrong.
    """
    name = f"procedures/data/dc-source/{model}.toml"
    figures = parse_toml(content, DcSourceFile, name=name)
    if figures.model != model:
        raise BadInput(f"{name}: 'model' is {figures.model!r}, not its name.")
    for source in {limit.source for limit in figures.limits()} - set(figures.sources):
        raise BadInput(f"{name}: source {source!r} is not under [sources].")
    return figures


def _refuse_overload(figures: DcSourceFile, details: Details) -> None:
    if details.load_ohms is None:
        return
    regulation = figures.load_regulation
    if regulation is None:
        raise BadInput(
            f"[instruments.{DUT}.details] load_ohms: a {figures.model} is not calibrated with a "
            "load. Leave it out."
        )
    amperes = regulation.volts / details.load_ohms
    if amperes > regulation.amperes:
        raise BadInput(
            f"[instruments.{DUT}.details] load_ohms: {details.load_ohms:g} Ω draws {amperes:.3g} A "
            f"at {regulation.volts:g} V, more than {regulation.amperes:g} A. Take at least "
            f"{regulation.volts / regulation.amperes:.3g} Ω."
        )
