"""Maximum permissible errors of weighing instruments by class: OIML R 76-1:2006."""

from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import floor, log10
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from station.errors import BadInput
from station.files import parse_toml
from station.metrology.conformity import Limits
from station.procedure import Tolerance

FILE = "procedures/mass/data/oiml-r76.toml"

ROUNDED = 1e-9
"""Relative room for a load of exactly so many intervals."""

IN_SERVICE = 2.0
"""In service the limits are twice those of initial verification: OIML R 76-1, 3.5.2."""

AUXILIARY = 10.0
"""Of d: the greatest e of an instrument with auxiliary indication."""

FINEST = 1e-6
"""e (kg) of an instrument of class I whose d may be any smaller one."""


class BalanceClass(StrEnum):
    """An accuracy class of OIML R 76-1, finest first."""

    SPECIAL = "I"
    HIGH = "II"
    MEDIUM = "III"
    ORDINARY = "IIII"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Source(_Table):
    text: str
    verified: bool


class _Zone(_Table):
    to: Annotated[float, Field(gt=0)]
    error: Annotated[float, Field(gt=0)]


class _Scale(_Table):
    begins: Annotated[float, Field(ge=0, alias="from")]
    minimum: Annotated[float, Field(gt=0)]
    intervals: Annotated[float, Field(gt=0)]


class _Class(_Table):
    name: BalanceClass
    mpe: tuple[_Zone, ...]
    scale: tuple[_Scale, ...]


class _File(_Table):
    sources: dict[str, _Source]
    classes: Annotated[tuple[_Class, ...], Field(alias="class")]


def permissible_error(
    class_: BalanceClass, interval: float, load: float, *, in_service: bool = False
) -> Tolerance:
    """Return the limits (kg) of the error of indication.

    Args:
        class_: of the instrument.
        interval: its verification scale interval e (kg).
        load: kg.
        in_service: twice the limits of initial verification.

    Raises:
        BadInput: an instrument of this class has no so many intervals.
    """
    multiple = load / interval
    for zone in _row(class_).mpe:
        if multiple <= zone.to * (1.0 + ROUNDED):
            limit = zone.error * interval * (IN_SERVICE if in_service else 1.0)
            source = _table().sources["mpe"]
            text = f"{source.text}, class {class_}{', in service (3.5.2)' if in_service else ''}"
            return Tolerance(Limits(-limit, limit), text, source.verified)
    raise BadInput(
        "A load of {count:.9g} intervals: an instrument of class {class_} has at most {most:.9g} "
        "(OIML R 76-1, table 3). Correct class, capacity or verification_interval.",
        count=multiple,
        class_=class_,
        most=_row(class_).mpe[-1].to,
    )


def minimum_capacity(class_: BalanceClass, interval: float) -> float:
    """Return Min (kg) of an instrument with the verification scale interval `interval` (kg).

    Raises:
        BadInput: this class has no such interval.
    """
    return _scale(class_, interval).minimum * interval


def least_capacity(class_: BalanceClass, interval: float) -> float:
    """Return the least Max (kg) of an instrument with the interval `interval` (kg).

    Raises:
        BadInput: this class has no such interval.
    """
    return _scale(class_, interval).intervals * interval


def check_intervals(class_: BalanceClass, division: float, interval: float) -> None:
    """Raise where d and e (kg) are not those of an instrument of this class.

    OIML R 76-1, 3.2 and 3.4 (from memory, unverified).

    Raises:
        BadInput: one is not 1, 2 or 5 times a power of ten, or they do not go together.
    """
    for name, size in (("d", division), ("e", interval)):
        leading = size / 10.0 ** floor(log10(size * (1.0 + ROUNDED)))
        if min(abs(leading / figure - 1.0) for figure in (1.0, 2.0, 5.0)) > ROUNDED:
            raise BadInput(
                "{name} = {grams:.9g} g: scale intervals are 1, 2 or 5 times a power of ten (OIML "
                "R 76-1, 3.2). Correct division or verification_interval.",
                name=name,
                grams=size * 1e3,
            )
    parts = interval / division
    if class_ in (BalanceClass.MEDIUM, BalanceClass.ORDINARY) and parts > 1.0 + ROUNDED:
        raise BadInput(
            "d and e are the same in an instrument of class {class_}; here e is {parts:.9g} d "
            "(OIML R 76-1, 3.4.1). Correct division or verification_interval.",
            class_=class_,
            parts=parts,
        )
    fine = class_ is BalanceClass.SPECIAL and division < FINEST * (1.0 - ROUNDED)
    most = max(FINEST / division, AUXILIARY) if fine else AUXILIARY
    if parts > most * (1.0 + ROUNDED):
        raise BadInput(
            "e is {parts:.9g} d: it is at most {most:g} d, or {finest:g} mg in an instrument of "
            "class I with a smaller d (OIML R 76-1, 3.4.2). Correct division or "
            "verification_interval.",
            parts=parts,
            most=AUXILIARY,
            finest=FINEST * 1e6,
        )


def turning_loads(class_: BalanceClass, interval: float) -> tuple[float, ...]:
    """Return the loads (kg) at which the permissible error changes."""
    return tuple(float(f"{zone.to * interval:.9g}") for zone in _row(class_).mpe[:-1])


def content() -> bytes:
    """Return the bytes of the data file."""
    return (files("procedures") / "mass" / "data" / "oiml-r76.toml").read_bytes()


def _scale(class_: BalanceClass, interval: float) -> _Scale:
    scales = _row(class_).scale
    reached = [each for each in scales if interval >= each.begins * (1.0 - ROUNDED)]
    if not reached:
        raise BadInput(
            "e = {grams:.9g} g: an instrument of class {class_} has at least {least:.9g} g (OIML "
            "R 76-1, table 3). Correct class or e.",
            grams=interval * 1e3,
            class_=class_,
            least=scales[0].begins * 1e3,
        )
    return reached[-1]


def _row(class_: BalanceClass) -> _Class:
    return next(row for row in _table().classes if row.name is class_)


@cache
def _table() -> _File:
    return parse_toml(content(), _File, name=FILE)
