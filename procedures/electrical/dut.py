"""What is known of a DUT model: its ranges, its accuracy and where the figures come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Self, TypeVar

from pydantic import Field, model_validator

from procedures.data_file import DataFolder, ModelFile, Table
from station.errors import BadInput
from station.files import Unfit
from station.locale import N_

Hertz = Annotated[float, Field(gt=0)]


Accuracy = tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]]

OVER_RANGE = 1.2
"""How far (of full scale) a meter of this kind reads beyond its range."""


def _refuse_beyond(full_scale: float, values: Iterable[float]) -> None:
    for value in values:
        if abs(value) > OVER_RANGE * full_scale:
            raise Unfit(
                "the point {value:g} is beyond its range {range:g}", value=value, range=full_scale
            )


def _refuse_outside(band: tuple[float, float], frequencies: Iterable[float]) -> None:
    low, high = band
    for hertz in frequencies:
        if not low <= hertz <= high:
            raise Unfit(
                "the point at {hertz:g} Hz is outside its band {low:g} to {high:g}",
                hertz=hertz,
                low=low,
                high=high,
            )


class DirectRange(Table):
    """A range of a direct quantity: full scale, accuracy (% of reading, % of range), points."""

    range: float = Field(gt=0)
    accuracy: Accuracy
    resolution: float = Field(gt=0)
    source: str
    points: tuple[float, ...]

    @model_validator(mode="after")
    def _points_in_range(self) -> Self:
        _refuse_beyond(self.range, self.points)
        return self


class AlternatingRange(Table):
    """A range of an alternating quantity in one frequency band (Hz); points are (value, Hz)."""

    range: float = Field(gt=0)
    accuracy: Accuracy
    resolution: float = Field(gt=0)
    source: str
    hertz: tuple[Hertz, Hertz]
    points: tuple[tuple[float, Hertz], ...]

    @model_validator(mode="after")
    def _points_in_band(self) -> Self:
        _refuse_beyond(self.range, [value for value, _ in self.points])
        _refuse_outside(self.hertz, [hertz for _, hertz in self.points])
        return self


class FrequencyBand(Table):
    """A band of measured frequency (Hz), at an input of `volts` in the range `range` (V)."""

    range: float = Field(gt=0)
    volts: float = Field(gt=0)
    gate_seconds: float = Field(gt=0)
    hertz: tuple[Hertz, Hertz]
    accuracy: Accuracy
    resolution_ppm: float = Field(gt=0)
    source: str
    points: tuple[Hertz, ...]

    @model_validator(mode="after")
    def _points_in_band(self) -> Self:
        _refuse_outside(self.hertz, self.points)
        return self


RowT = TypeVar("RowT", DirectRange, AlternatingRange)


class DutFile(ModelFile):
    """The data file of a DUT model, `procedures/data/MODEL.toml`.

    `readings`: how many are taken at a point. `current_terminals`: terminal where a current goes
    in → highest range (A) measured there, lowest first.
    """

    readings: int = Field(default=10, ge=1)
    current_terminals: Mapping[str, Annotated[float, Field(gt=0)]] = Field(
        default={}, alias="current-terminals"
    )
    dc_voltage: tuple[DirectRange, ...] = Field(default=(), alias="dc-voltage")
    ac_voltage: tuple[AlternatingRange, ...] = Field(default=(), alias="ac-voltage")
    frequency: tuple[FrequencyBand, ...] = ()
    resistance_2w: tuple[DirectRange, ...] = Field(default=(), alias="resistance-2w")
    resistance_4w: tuple[DirectRange, ...] = Field(default=(), alias="resistance-4w")
    capacitance: tuple[DirectRange, ...] = ()
    dc_current: tuple[DirectRange, ...] = Field(default=(), alias="dc-current")
    ac_current: tuple[AlternatingRange, ...] = Field(default=(), alias="ac-current")

    def by_terminal(self, rows: tuple[RowT, ...]) -> Mapping[str, tuple[RowT, ...]]:
        """Return the ranges of current `rows` by the terminal that measures them."""
        return {
            name: tuple(row for row in rows if self.terminal(row.range) == name)
            for name in self.current_terminals
        }

    def terminal(self, range_amperes: float) -> str | None:
        """Return where the current of a range goes in; None where no terminal reaches that far."""
        fitting = (n for n, highest in self.current_terminals.items() if range_amperes <= highest)
        return next(fitting, None)


@dataclass(frozen=True)
class Dut:
    """A DUT model's data and the bytes of the file they were read from."""

    figures: DutFile
    content: bytes


def dut(model: str) -> Dut:
    """Return what is known of `model`.

    Raises:
        BadInput: there is no data file for it, or the file is wrong.
    """
    return read(model, FILES.content(model))


def read(model: str, content: bytes) -> Dut:
    """Return what the `content` of the data file of `model` says.

    Raises:
        BadInput: it is wrong.
    """
    figures = FILES.figures(model, content)
    currents = {r.range for r in figures.dc_current} | {r.range for r in figures.ac_current}
    for range_ in sorted(currents):
        if figures.terminal(range_) is None:
            raise BadInput(
                "procedures/data/{model}.toml: no terminal for the range {range:g} A. Add it to "
                "[current-terminals].",
                model=model,
                range=range_,
            )
    return Dut(figures, content)


def _rows(figures: DutFile) -> list[DirectRange | AlternatingRange | FrequencyBand]:
    return [
        *figures.dc_voltage,
        *figures.ac_voltage,
        *figures.frequency,
        *figures.resistance_2w,
        *figures.resistance_4w,
        *figures.capacitance,
        *figures.dc_current,
        *figures.ac_current,
    ]


FILES = DataFolder("data", N_("a DUT"), DutFile, lambda file: [row.source for row in _rows(file)])
