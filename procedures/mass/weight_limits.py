"""Maximum permissible errors of weights by class: OIML R 111-1:2004, table 1."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from procedures.details import Stated
from station.errors import BadInput
from station.files import nearest, parse_toml
from station.metrology.conformity import Limits
from station.procedure import Tolerance

FILE = "procedures/mass/data/oiml-r111.toml"

MILLIGRAM = 1e-6
"""One milligram in kilograms."""


class WeightClass(StrEnum):
    """An accuracy class of OIML R 111-1, finest first."""

    E1 = "E1"
    E2 = "E2"
    F1 = "F1"
    F2 = "F2"
    M1 = "M1"
    M1_2 = "M1-2"
    M2 = "M2"
    M2_3 = "M2-3"
    M3 = "M3"


class _Source(Stated):
    text: str
    verified: bool


class _Row(Stated):
    nominal: str
    source: str
    milligrams: Mapping[WeightClass, Annotated[float, Field(gt=0)]]


class _File(Stated):
    sources: Mapping[str, _Source]
    weight: tuple[_Row, ...]


def permissible_error(class_: WeightClass, nominal: str) -> Tolerance:
    """Return the limits (kg) of conventional mass minus nominal value.

    Args:
        class_: of the weight.
        nominal: as it is called, e.g. "500 mg", "2 kg".

    Raises:
        BadInput: the class has no such weight.
    """
    table = _table()
    rows = {row.nominal: row for row in table.weight if class_ in row.milligrams}
    if nominal not in rows:
        raise BadInput(
            "OIML R 111-1 has no weight of {nominal!r} in class {class_}.{nearest}",
            nominal=nominal,
            class_=class_,
            nearest=nearest(nominal, rows),
        )
    row = rows[nominal]
    limit = row.milligrams[class_] * MILLIGRAM
    source = table.sources[row.source]
    return Tolerance(Limits(-limit, limit), f"{source.text}, class {class_}", source.verified)


def content() -> bytes:
    """Return the bytes of the data file."""
    return (files("procedures") / "mass" / "data" / "oiml-r111.toml").read_bytes()


@cache
def _table() -> _File:
    return parse_toml(content(), _File, name=FILE)
