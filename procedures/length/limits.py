"""Limits of error of callipers and micrometers, and what ISO 3650 allows gauge blocks."""

from functools import cache
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel

from procedures.details import Stated
from station.errors import BadInput
from station.files import parse_toml
from station.metrology.conformity import Limits
from station.procedure import Tolerance

MICROMETRE = 1e-6  # m
MILLIMETRE = 1e-3  # m

SAME = 1e-9
"""Relative difference within which two lengths are one."""

FILES = ("iso-3650.toml", "din-862.toml", "din-863.toml")

_Shape = TypeVar("_Shape", bound=BaseModel)


class BlockRow(Stated):
    """Limits (µm) by grade, up to a nominal length (mm)."""

    up_to: float
    deviation: tuple[float, ...]
    variation: tuple[float, ...]


class BlockTable(Stated):
    """ISO 3650."""

    source: str
    grades: tuple[str, ...]
    rows: tuple[BlockRow, ...]

    def variation(self, grade: str, nominal: float) -> float:
        """Return the limit of the variation in length (m) of a block of `nominal` (m).

        Raises:
            BadInput: there is no such block.
        """
        for row in self.rows:
            if nominal <= row.up_to * MILLIMETRE * (1.0 + SAME) and grade in self.grades:
                return row.variation[self.grades.index(grade)] * MICROMETRE
        raise BadInput(
            "ISO 3650 has no gauge block of {length:g} mm of grade {grade!r}: block_grade is one "
            "of {known}, up to 1000 mm.",
            length=nominal / MILLIMETRE,
            grade=grade,
            known=tuple(self.grades),
        )


class LengthRow(Stated):
    """Limit of error (µm) up to a measured length (mm)."""

    up_to: float
    limit: float


class CalliperColumn(Stated):
    """Limits of callipers of some resolutions (mm)."""

    resolutions_mm: tuple[float, ...]
    source: str
    verified: bool
    rows: tuple[LengthRow, ...]


class CalliperTable(Stated):
    """DIN 862."""

    inside_and_depth_add: float
    coarse: CalliperColumn
    fine: CalliperColumn


class MicrometerRow(Stated):
    """Limits (µm) of micrometers of one measuring range (mm)."""

    low: float
    high: float
    limit: float
    parallelism: float


class MicrometerTable(Stated):
    """DIN 863-1."""

    source: str
    verified: bool
    flatness: float
    rows: tuple[MicrometerRow, ...]


def content(name: str) -> bytes:
    """Return the data file `name`, one of `FILES`."""
    return (files("procedures") / "length" / "data" / name).read_bytes()


@cache
def block_table() -> BlockTable:
    """Return the limits of gauge blocks."""
    return _read("iso-3650.toml", BlockTable)


@cache
def _calliper_table() -> CalliperTable:
    return _read("din-862.toml", CalliperTable)


@cache
def _micrometer_table() -> MicrometerTable:
    return _read("din-863.toml", MicrometerTable)


def _read(name: str, shape: type[_Shape]) -> _Shape:
    return parse_toml(content(name), shape, name=f"procedures/length/data/{name}")


def calliper_tolerance(resolution_mm: float, length: float, *, shifted: bool) -> Tolerance:
    """Return the limits of DIN 862 at a measured length (m).

    Args:
        resolution_mm: of the vernier, dial or display.
        length: measured.
        shifted: inside or depth measurement, that has a scale shift beside the error.

    Raises:
        BadInput: the table has no such calliper.
    """
    table = _calliper_table()
    for column in (table.coarse, table.fine):
        if any(abs(each - resolution_mm) < SAME for each in column.resolutions_mm):
            for row in column.rows:
                if length <= row.up_to * MILLIMETRE * (1.0 + SAME):
                    add = table.inside_and_depth_add if shifted else 0.0
                    half = (row.limit + add) * MICROMETRE
                    return Tolerance(Limits(-half, half), column.source, column.verified)
    raise BadInput(
        "DIN 862 has no limits for a resolution of {resolution:g} mm at {length:g} mm. Give mpe_mm "
        "and mpe_source in the details of the item.",
        resolution=resolution_mm,
        length=length / MILLIMETRE,
    )


def micrometer_row(low_mm: float, high_mm: float) -> MicrometerRow | None:
    """Return the limits for a measuring range (mm); None where the table has none."""
    for row in _micrometer_table().rows:
        if abs(row.low - low_mm) < SAME and abs(row.high - high_mm) < SAME:
            return row
    return None


def micrometer_tolerance(low_mm: float, high_mm: float) -> Tolerance:
    """Return the limits of DIN 863-1 for a measuring range (mm).

    Raises:
        BadInput: the table has no such range.
    """
    row, table = micrometer_row(low_mm, high_mm), _micrometer_table()
    if row is None:
        raise BadInput(
            "There are no DIN 863 limits here for micrometers of {low:g} mm to {high:g} mm. Give "
            "mpe_mm and mpe_source, and parallelism_um, in the details of the item.",
            low=low_mm,
            high=high_mm,
        )
    half = row.limit * MICROMETRE
    return Tolerance(Limits(-half, half), table.source, table.verified)


def stated_tolerance(mpe_mm: float, source: str) -> Tolerance:
    """Return limits that the details of the item give, ± `mpe_mm`."""
    half = mpe_mm * MILLIMETRE
    return Tolerance(Limits(-half, half), source, verified=True)
