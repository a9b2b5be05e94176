"""Whether a new certificate of a standard fits the one before it.

A jump is what neither the two uncertainties nor the stated stability explain:
|Δ| > √(U₁² + U₂²) + stability. Beside it the normalised error Δ/√(U₁² + U₂²) is shown
(ISO 13528:2022, 9.7; clause from memory).
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from station.errors import Phrase
from station.metrology.equation import CertifiedEquation, Gives
from station.metrology.errors import OutOfCertificate
from station.metrology.reference import Certificate
from station.metrology.reference_value import ReferenceValue
from station.register import entries as e

MOST = 20
"""How many findings are kept; a wrong column would make hundreds."""

SLIPPED = 5.0
"""Ratio of two uncertainties from which a slipped digit is suspected."""

GRID = 5
"""At how many places of its range an equation is compared."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a certificate states something: a point of a table, or a place of an equation.

    `nominal` is in `unit`; where the standard indicates in another unit than the quantity's, it is
    an indication, and `reads`.
    """

    quantity: str
    unit: str
    nominal: float
    hertz: float | None
    reads: bool = False

    def __str__(self) -> str:
        return str(self.phrase)

    @property
    def phrase(self) -> Phrase:
        """Where it is, in words."""
        return Phrase(
            "{quantity} {nominal:.9g} {unit}{at}",
            quantity=self.quantity,
            nominal=self.nominal,
            unit=self.unit,
            at=Phrase() if self.hertz is None else Phrase(" at {hertz:g} Hz", hertz=self.hertz),
        )


@dataclass(frozen=True, slots=True)
class Jump:
    """A place that both certificates state; all in its unit.

    Attributes:
        change: new minus old.
        combined: √(U₁² + U₂²).
        stability: what the standard may have drifted between the two dates.
    """

    place: Place
    change: float
    combined: float
    stability: float

    @property
    def normalised(self) -> float:
        """The normalised error; infinite where both uncertainties are 0."""
        if self.combined == 0.0:
            return 0.0 if self.change == 0.0 else math.inf
        return self.change / self.combined

    @property
    def is_plausible(self) -> bool:
        """Whether uncertainty and stability explain the change."""
        return abs(self.change) <= self.combined + self.stability


def findings(old: Certificate, new: Certificate) -> tuple[Phrase, ...]:
    """Return, in sentences, what is implausible in `new` against `old`; () where nothing is."""
    found = [*_dates(old, new), *_units(old, new), *_lost(old, new), *_jumps(old, new)]
    more = len(found) - MOST
    rest = [Phrase("… and {more} more.", more=more)] if more > 0 else []
    return (*found[:MOST], *rest)


def strange(known: e.EquipmentEntered, stated: Certificate, on: date) -> Iterator[Phrase]:
    """Tell a certificate of another instrument with this serial number, or of a day to come."""
    words = {*_words(known.maker), *_words(known.type)}
    if words and not words & _words(stated.standard):
        yield Phrase(
            "It is of a {standard}; serial {serial} is a {maker} {type} here.",
            standard=stated.standard,
            serial=known.serial,
            maker=known.maker,
            type=known.type,
        )
    if stated.date > on:
        yield Phrase("It is of {dated}; today is {on}.", dated=stated.date, on=on)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def jumps(old: Certificate, new: Certificate) -> list[Jump]:
    """Return the change at every place of `new` that `old` states too."""
    compared = []
    for place in places(new):
        before, now = _at(old, place), _at(new, place)
        if before is not None and now is not None:
            change = now.value - before.value
            where = before.value if place.reads else place.nominal
            stability = _stability(old, place, where, new.date)
            compared.append(Jump(place, change, math.hypot(_big(before), _big(now)), stability))
    return compared


def places(certificate: Certificate) -> list[Place]:
    """Return all places that a certificate is compared at."""
    found = [
        Place(table.quantity, table.unit, point.nominal, point.hertz)
        for table in certificate.tables
        for each in table.ranges
        for point in each.points
    ]
    found += [place for equation in certificate.equations for place in _along(equation)]
    return list(dict.fromkeys(found))


def _along(equation: CertifiedEquation) -> Iterator[Place]:
    span = equation.high - equation.low
    for step in range(GRID):
        # Inside the range: at its very ends a little drift leads out of the other's.
        x = equation.low + span * (step + 0.5) / GRID
        if equation.gives is Gives.INDICATION and equation.converts:
            yield Place(equation.quantity, equation.unit, equation.at(x).value, None, reads=True)
        else:
            unit = equation.argument_unit
            yield Place(equation.quantity, unit, x, None, reads=equation.converts)


def _at(certificate: Certificate, place: Place) -> ReferenceValue | None:
    try:
        if place.reads:
            return certificate.measured(place.quantity, place.nominal, place.hertz)
        return certificate.at(place.quantity, place.nominal, place.hertz)
    except OutOfCertificate:
        return None


def _big(value: ReferenceValue) -> float:
    return value.k * value.standard_uncertainty


def _stability(old: Certificate, place: Place, where: float, on: date) -> float:
    """Return what may have drifted until `on`; of the longest interval where none is as long."""
    elapsed = (on - old.date).days
    parts = [each.stability for table in old.tables for each in table.ranges]
    parts += [each.stability for each in old.equations]
    stated = {each.days for part in parts for each in part}
    shorter = sorted((days for days in stated if days < elapsed), reverse=True)
    for days in (elapsed, *shorter):
        day = old.date + timedelta(days=days)
        try:
            return old.drift(place.quantity, where, place.hertz, day).half_width
        except OutOfCertificate:
            continue
    return 0.0


def _dates(old: Certificate, new: Certificate) -> Iterator[Phrase]:
    if new.date <= old.date:
        yield Phrase(
            "It is of {dated}, not later than certificate {number} of {before}.",
            dated=new.date,
            number=old.number,
            before=old.date,
        )


def _units(old: Certificate, new: Certificate) -> Iterator[Phrase]:
    units = {table.quantity: table.unit for table in old.tables}
    for table in new.tables:
        if units.get(table.quantity, table.unit) != table.unit:
            yield Phrase(
                "{quantity} is stated in {unit}; certificate {number} stated it in {before}.",
                quantity=table.quantity,
                unit=table.unit,
                number=old.number,
                before=units[table.quantity],
            )


def _lost(old: Certificate, new: Certificate) -> Iterator[Phrase]:
    for place in places(old):
        if _at(new, place) is None:
            yield Phrase(
                "{place} was certified by {number} and is not any more.",
                place=place.phrase,
                number=old.number,
            )


def _jumps(old: Certificate, new: Certificate) -> Iterator[Phrase]:
    for each in jumps(old, new):
        if not each.is_plausible:
            yield Phrase(
                "{place}: {change:+.3g} against {number}, where √(U₁² + U₂²) = "
                "{combined:.3g} and the stability {stability:.3g} let expect less (E_n = "
                "{normalised:+.2f}).",
                place=each.place.phrase,
                change=each.change,
                number=old.number,
                combined=each.combined,
                stability=each.stability,
                normalised=each.normalised,
            )
    for place in places(new):
        before, now = _at(old, place), _at(new, place)
        if before is not None and now is not None and _slipped(_big(before), _big(now)):
            yield Phrase(
                "{place}: U = {now:.3g}; certificate {number} had {before:.3g}.",
                place=place.phrase,
                now=_big(now),
                number=old.number,
                before=_big(before),
            )


def _slipped(one: float, other: float) -> bool:
    return min(one, other) * SLIPPED < max(one, other)
