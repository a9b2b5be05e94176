"""Whether equipment may be used on a day, and what stands against it (ISO/IEC 17025:2017, 6.4.9).

Everything is read from what was written of it, in the order in which it was written: damage stands
until a passed check, an adjustment until a newer certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from station.clock import day_of
from station.register import entries as e
from station.register.state import Equipment


class Obstacle(StrEnum):
    """Why equipment is not used; the word that an override names."""

    RETIRED = "retired"
    DAMAGED = "damaged"
    CHECK_FAILED = "failed check"
    REPAIRED = "repaired"
    ADJUSTED = "adjusted"
    FOUND_BAD = "found bad"
    NO_CERTIFICATE = "no certificate"
    NOT_ACCEPTED = "not accepted"
    NOT_YET_VALID = "not yet valid"
    OVERDUE = "overdue"
    IMPLAUSIBLE = "implausible"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


LIFTED: Mapping[str, str] = MappingProxyType({
    Obstacle.OVERDUE: "its values may be used past the day they were due",
    Obstacle.IMPLAUSIBLE: "its figures were compared with the paper, and are what is stated",
    Obstacle.DAMAGED: "what happened to it does not touch its values",
    Obstacle.REPAIRED: "what was repaired does not touch its values",
})  # fmt: skip
"""What a reviewer may lift, and what is said by it."""

NOT_LIFTED: Mapping[str, str] = MappingProxyType({
    "range": "outside its certified range a standard has no value at all",
    "serial": "a certificate speaks of one instrument, and says nothing of another",
    Obstacle.RETIRED: "enter it again: `station equipment add`",
    Obstacle.ADJUSTED: "the certificate is of before the adjustment: its values are gone",
    Obstacle.CHECK_FAILED: "a measurement says that it is wrong; only a measurement says it is not",
    Obstacle.FOUND_BAD: "it is known to be wrong; accept a certificate of after that day",
    Obstacle.NO_CERTIFICATE: "without a certificate it has no value",
    Obstacle.NOT_ACCEPTED: "accept the certificate, with the reason: `station equipment accept`",
    Obstacle.REJECTED: "a reviewer put the certificate aside; name another",
    Obstacle.SUPERSEDED: "name the certificate that is in use",
    Obstacle.NOT_YET_VALID: "nothing is certified of a day before the calibration",
})  # fmt: skip
"""What nobody lifts, and why."""


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that stands against the use of equipment.

    Attributes:
        obstacle: of which kind.
        why: what is so, and the way out, in sentences.
        override: a reviewer's decision that lifts it on this day.
    """

    obstacle: Obstacle
    why: str
    override: e.OverrideDecided | None = None


WORDS = {
    e.ServiceKind.DAMAGE: Obstacle.DAMAGED,
    e.ServiceKind.REPAIR: Obstacle.REPAIRED,
    e.ServiceKind.ADJUSTMENT: Obstacle.ADJUSTED,
}

_BY_CHECK = (Obstacle.DAMAGED, Obstacle.REPAIRED, Obstacle.CHECK_FAILED)
"""What a passed intermediate check answers; an adjustment changes what the certificate says."""


def due_of(equipment: Equipment) -> date | None:
    """Return the last day of use: the certificate's, or earlier by the laboratory's interval."""
    certificate = equipment.in_use
    if certificate is None:
        return None
    months = equipment.entered.interval_months
    if months is None:
        return certificate.due
    return min(certificate.due, months_later(certificate.dated, months))


def months_later(day: date, months: int) -> date:
    """Return the last day of a span of months: from 2026-01-15, 12 months end on 2027-01-15."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue  # the month is shorter
    raise AssertionError(f"{day} + {months} months")


def waiting(equipment: Equipment) -> list[e.CertificateEntered]:
    """Return the certificates that nobody has accepted or rejected yet."""
    return [each for each in equipment.certificates if each.number not in equipment.accepted]


def standing(equipment: Equipment, on: date) -> list[Against]:
    """Return what stands against the use of `equipment` on the day `on`, the gravest first."""
    condition = _condition(equipment)
    against = _stands(equipment, condition, on)
    if equipment.retired:
        again = f"`station equipment add {equipment.entered.equipment} …` brings it back"
        against.insert(
            0, Against(Obstacle.RETIRED, f"out of service: {equipment.retired}. {again}.")
        )
    return against + _certificate(equipment, on, _until(condition, Obstacle.OVERDUE, on))


@dataclass(frozen=True, slots=True)
class _Condition:
    """What happened to equipment and was not answered since, and what reviewers decided of it."""

    happened: dict[Obstacle, tuple[date, str]] = field(default_factory=dict)
    decided: dict[str, e.OverrideDecided] = field(default_factory=dict)

    def happens(self, obstacle: Obstacle, on: date, note: str) -> None:
        if obstacle not in self.happened or self.happened[obstacle][0] <= on:
            self.happened[obstacle] = (on, note)
        # What was decided, was decided of something else.
        self.decided.pop(obstacle, None)

    def answered(self, on: date, *, by_check: bool) -> None:
        """Take away what a passed check or a certificate of the day `on` answers."""
        for obstacle, (day, _) in list(self.happened.items()):
            if day <= on and (obstacle in _BY_CHECK or not by_check):
                del self.happened[obstacle]


def _condition(equipment: Equipment) -> _Condition:
    found = _Condition()
    dated = {each.number: each.dated for each in equipment.certificates}
    for at, entry in equipment.log:
        match entry:
            case e.Serviced(what=e.ServiceKind.CHECK, passed=True):
                found.answered(entry.on, by_check=True)
            case e.Serviced(what=e.ServiceKind.CHECK):
                found.happens(Obstacle.CHECK_FAILED, entry.on, entry.note)
            case e.Serviced() if entry.what in WORDS:
                found.happens(WORDS[entry.what], entry.on, entry.note)
            case e.FoundBad():
                note = f"since {entry.since}: {entry.reason}; found on {day_of(at)}"
                found.happens(Obstacle.FOUND_BAD, entry.since, note)
            # One that was rejected afterwards has answered nothing.
            case e.CertificateAccepted() if entry.number in dated:
                found.answered(dated[entry.number], by_check=False)
                found.decided.clear()
            case e.OverrideDecided():
                found.decided[entry.refusal] = entry
            case _:
                pass
    return found


def _stands(equipment: Equipment, found: _Condition, on: date) -> list[Against]:
    name = equipment.entered.equipment
    return [
        Against(obstacle, _sentence(obstacle, day, note, name), _until(found, obstacle, on))
        for obstacle, (day, note) in found.happened.items()
    ]


def against_named(equipment: Equipment, number: str, dated: date, document: str) -> list[Against]:
    """Return what stands against a certificate that a bench file names, as far as it is known.

    Args:
        equipment: whose certificate it is.
        number: the certificate's.
        dated: day of its calibration.
        document: SHA-256 of its file.
    """
    used = equipment.in_use
    entered = [each for _, each in equipment.log if isinstance(each, e.CertificateEntered)]
    known = [each for each in entered if each.document == document]
    stands = [each for each in equipment.certificates if each.document == document]
    if known and not stands:
        why = f"certificate {known[-1].number} was rejected in the register. Name another."
        return [Against(Obstacle.REJECTED, why)]
    if stands and stands[-1].number not in equipment.accepted:
        name = equipment.entered.equipment
        why = f"certificate {stands[-1].number} was accepted by nobody: `station equipment accept "
        return [Against(Obstacle.NOT_ACCEPTED, f"{why}{name}`.")]
    if used is not None and dated < used.dated:
        why = (
            f"the certificate of {dated} is not in use any more: the register has {used.number} of "
            f'{used.dated}. Name that, or certificate = "register".'
        )
        return [Against(Obstacle.SUPERSEDED, why)]
    if used is not None and not stands:
        why = (
            f"the register does not have this file of certificate {number}: nobody compared it "
            f"with {used.number}, which is in use. `station equipment import` takes it in; "
            'certificate = "register" takes the one in use.'
        )
        return [Against(Obstacle.NOT_ACCEPTED, why)]
    return []


def _until(found: _Condition, obstacle: Obstacle, on: date) -> e.OverrideDecided | None:
    decided = found.decided.get(obstacle) if obstacle in LIFTED else None
    return decided if decided is not None and on <= decided.until else None


def lifted(equipment: Equipment, obstacle: Obstacle, on: date) -> e.OverrideDecided | None:
    """Return the last decision that lifts `obstacle` on this day.

    A decision ends with the certificate that it was made about.
    """
    return _until(_condition(equipment), obstacle, on)


def _sentence(obstacle: Obstacle, day: date, note: str, name: str) -> str:
    if obstacle is Obstacle.FOUND_BAD:
        return (
            f"found bad {note}. Have it calibrated: a certificate of {day} or later that is "
            f"accepted from now on brings it back (`station equipment accept {name}`)."
        )
    said = f"{obstacle.value} on {day}" + (f" ({note})" if note else "")
    if obstacle in _BY_CHECK:
        return (
            f"{said}, and neither checked nor calibrated since. Check it, then "
            f"`station equipment check {name} --passed`."
        )
    return f"{said}, after the calibration that is in use. Have it calibrated again."


def _certificate(
    equipment: Equipment, on: date, override: e.OverrideDecided | None
) -> list[Against]:
    name, used, due = equipment.entered.equipment, equipment.in_use, due_of(equipment)
    newer = [each for each in waiting(equipment) if used is None or each.dated >= used.dated]
    if newer:
        last = max(newer, key=lambda each: each.dated)
        doubts = f", {len(last.findings)} finding(s)" if last.findings else ""
        why = (
            f"certificate {last.number} of {last.dated} was accepted by nobody{doubts}. Look at "
            f"`station equipment show {name}`, then `station equipment accept {name}` or reject it."
        )
        return [Against(Obstacle.NOT_ACCEPTED, why)]
    if used is None or due is None:
        enter = f"`station equipment import FILE --equipment {name}` enters one"
        return [Against(Obstacle.NO_CERTIFICATE, f"it has no certificate in use. {enter}.")]
    if on < used.dated:
        why = f"certificate {used.number} is of {used.dated}, today is {on}. Check the dates."
        return [Against(Obstacle.NOT_YET_VALID, why)]
    if on <= due:
        return []
    why = (
        f"certificate {used.number} of {used.dated} was due {due}; today is {on}. Have it "
        f"calibrated, or a reviewer decides `station equipment override {name} --until DATE`."
    )
    return [Against(Obstacle.OVERDUE, why, override)]
