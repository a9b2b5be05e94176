"""What is known of a source of direct voltage and current: its ranges, accuracy and terminals."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from procedures.data_file import DataFolder, ModelFile, Table
from procedures.details import checked
from station.errors import BadInput
from station.files import Unfit
from station.locale import N_
from station.procedure import DUT, Item

NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


class Limit(Table):
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
                raise Unfit(
                    "the point {value:g} is beyond its range {range:g}",
                    value=value,
                    range=self.range,
                )
        return self


class Terminals(Table):
    """Where the output is: names of the terminals, the positive one first."""

    voltage: tuple[str, str]
    current: tuple[str, str]


class LoadRegulation(Limit):
    """How far the voltage `volts` (V) may change with a load of at most `amperes` (A)."""

    volts: Positive
    amperes: Positive


class DcSourceFile(ModelFile):
    """The data file of a model, `procedures/data/dc-source/MODEL.toml`."""

    terminals: Terminals
    dc_voltage: tuple[OutputRange, ...] = Field(default=(), alias="dc-voltage")
    dc_current: tuple[OutputRange, ...] = Field(default=(), alias="dc-current")
    load_regulation: LoadRegulation | None = Field(default=None, alias="load-regulation")

    def limits(self) -> Iterable[Limit]:
        """Return everything that has a source."""
        last = () if self.load_regulation is None else (self.load_regulation,)
        return (*self.dc_voltage, *self.dc_current, *last)

    def cited(self) -> Iterable[str]:
        """Return the names of the sources that its figures name."""
        return [limit.source for limit in self.limits()]


FILES = DataFolder("data/dc-source", N_("a source"), DcSourceFile, DcSourceFile.cited)


LEAST_LOAD = 0.5
"""Of the greatest load: with less, a change within the limit says little (this laboratory's
choice)."""


class Details(Table):
    """What [instruments.dut.details] may say.

    Attributes:
        load_ohms: resistance (Ω) of the load in the role "load"; without it no load is connected.
        meter_current_terminal: where a current goes into the meter.
    """

    load_ohms: Positive | None = None
    meter_current_terminal: str = Field(default="I", min_length=1)


@dataclass(frozen=True)
class DcSource:
    """A model's data, the bytes of the file they were read from, and the item's details."""

    figures: DcSourceFile
    content: bytes
    details: Details


def dc_source(item: Item) -> DcSource:
    """Return what is known of `item`.

    Raises:
        BadInput: there is no data file for its model, the file is wrong, or its details are.
    """
    content = FILES.content(item.model)
    figures = FILES.figures(item.model, content)
    details = checked(DUT, item.details, Details)
    _refuse_other_loads(figures, details)
    return DcSource(figures, content, details)


def _refuse_other_loads(figures: DcSourceFile, details: Details) -> None:
    if details.load_ohms is None:
        return
    regulation = figures.load_regulation
    if regulation is None:
        raise BadInput(
            "[instruments.{dut}.details] load_ohms: a {model} is not calibrated with a load. Leave "
            "it out.",
            dut=DUT,
            model=figures.model,
        )
    amperes, least = regulation.volts / details.load_ohms, LEAST_LOAD * regulation.amperes
    if not least <= amperes <= regulation.amperes:
        lowest, highest = (regulation.volts / each for each in (regulation.amperes, least))
        raise BadInput(
            "[instruments.{dut}.details] load_ohms: {load:g} Ω draws {amperes:.4g} A at {volts:g} "
            "V; the limit is for {least:g} A to {most:g} A. Take more than {lowest:.4g} Ω and less "
            "than {highest:.4g} Ω.",
            dut=DUT,
            load=details.load_ohms,
            amperes=amperes,
            volts=regulation.volts,
            least=least,
            most=regulation.amperes,
            lowest=lowest,
            highest=highest,
        )
