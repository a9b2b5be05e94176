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
from station.errors import Phrase
from station.locale import N_
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
    "range": N_("outside its certified range a standard has no value at all"),
    "serial": N_("a certificate speaks of one instrument, and says nothing of another"),
    Obstacle.RETIRED: N_("enter it again: `station equipment add`"),
    Obstacle.ADJUSTED: N_("the certificate is of before the adjustment: its values are gone"),
    Obstacle.CHECK_FAILED: N_(
        "a measurement says that it is wrong; only a measurement says it is not"
    ),
    Obstacle.FOUND_BAD: N_("it is known to be wrong; accept a certificate of after that day"),
    Obstacle.NO_CERTIFICATE: N_("without a certificate it has no value"),
    Obstacle.NOT_ACCEPTED: N_(
        "accept the certificate, with the reason: `station equipment accept`"
    ),
    Obstacle.REJECTED: N_("a reviewer put the certificate aside; name another"),
    Obstacle.SUPERSEDED: N_("name the certificate that is in use"),
    Obstacle.NOT_YET_VALID: N_("nothing is certified of a day before the calibration"),
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
    why: Phrase
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
        why = Phrase(
            "out of service: {reason}. `station equipment add {name} …` brings it back.",
            reason=equipment.retired,
            name=equipment.entered.equipment,
        )
        against.insert(0, Against(Obstacle.RETIRED, why))
    return against + _certificate(equipment, on, _until(condition, Obstacle.OVERDUE, on))


@dataclass(frozen=True, slots=True)
class _Condition:
    """What happened to equipment and was not answered since, and what reviewers decided of it."""

    happened: dict[Obstacle, tuple[date, str | Phrase]] = field(default_factory=dict)
    decided: dict[str, e.OverrideDecided] = field(default_factory=dict)

    def happens(self, obstacle: Obstacle, on: date, note: str | Phrase) -> None:
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
                note = Phrase(
                    "since {since}: {reason}; found on {found}",
                    since=entry.since,
                    reason=entry.reason,
                    found=day_of(at),
                )
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
        rejected = known[-1].number
        why = Phrase(
            "certificate {number} was rejected in the register. Name another.", number=rejected
        )
        return [Against(Obstacle.REJECTED, why)]
    if stands and stands[-1].number not in equipment.accepted:
        why = Phrase(
            "certificate {number} was accepted by nobody: `station equipment accept {name}`.",
            number=stands[-1].number,
            name=equipment.entered.equipment,
        )
        return [Against(Obstacle.NOT_ACCEPTED, why)]
    if used is not None and dated < used.dated:
        return [_superseded(dated, used)]
    if used is not None and not stands:
        why = Phrase(
            "the register does not have this file of certificate {number}: nobody compared "
            "it with {used}, which is in use. `station equipment import` takes it in; "
            'certificate = "register" takes the one in use.',
            number=number,
            used=used.number,
        )
        return [Against(Obstacle.NOT_ACCEPTED, why)]
    return []


def _superseded(dated: date, used: e.CertificateEntered) -> Against:
    why = Phrase(
        "the certificate of {dated} is not in use any more: the register has {used} of "
        '{used_dated}. Name that, or certificate = "register".',
        dated=dated,
        used=used.number,
        used_dated=used.dated,
    )
    return Against(Obstacle.SUPERSEDED, why)


def _until(found: _Condition, obstacle: Obstacle, on: date) -> e.OverrideDecided | None:
    decided = found.decided.get(obstacle) if obstacle in LIFTED else None
    return decided if decided is not None and on <= decided.until else None


def lifted(equipment: Equipment, obstacle: Obstacle, on: date) -> e.OverrideDecided | None:
    """Return the last decision that lifts `obstacle` on this day.

    A decision ends with the certificate that it was made about.
    """
    return _until(_condition(equipment), obstacle, on)


def _sentence(obstacle: Obstacle, day: date, note: str | Phrase, name: str) -> Phrase:
    if obstacle is Obstacle.FOUND_BAD:
        return Phrase(
            "found bad {note}. Have it calibrated: a certificate of {day} or later that is "
            "accepted from now on brings it back (`station equipment accept {name}`).",
            note=note,
            day=day,
            name=name,
        )
    said = Phrase("{what} on {day}", what=obstacle, day=day)
    if note:
        said = Phrase("{what} on {day} ({note})", what=obstacle, day=day, note=note)
    if obstacle in _BY_CHECK:
        return Phrase(
            "{said}, and neither checked nor calibrated since. Check it, then `station "
            "equipment check {name} --passed`.",
            said=said,
            name=name,
        )
    return Phrase(
        "{said}, after the calibration that is in use. Have it calibrated again.", said=said
    )


def _not_accepted(last: e.CertificateEntered) -> Against:
    findings = len(last.findings)
    why = Phrase(
        "certificate {number} of {dated} was accepted by nobody{doubts}. Look at `station "
        "equipment show {name}`, then `station equipment accept {name}` or reject it.",
        number=last.number,
        dated=last.dated,
        doubts=Phrase(", {findings} finding(s)", findings=findings) if findings else Phrase(),
        name=last.equipment,
    )
    return Against(Obstacle.NOT_ACCEPTED, why)


def _certificate(
    equipment: Equipment, on: date, override: e.OverrideDecided | None
) -> list[Against]:
    name, used, due = equipment.entered.equipment, equipment.in_use, due_of(equipment)
    newer = [each for each in waiting(equipment) if used is None or each.dated >= used.dated]
    if newer:
        return [_not_accepted(max(newer, key=lambda each: each.dated))]
    if used is None or due is None:
        why = Phrase(
            "it has no certificate in use. `station equipment import FILE --equipment "
            "{name}` enters one.",
            name=name,
        )
        return [Against(Obstacle.NO_CERTIFICATE, why)]
    if on < used.dated:
        why = Phrase(
            "certificate {used} is of {used_dated}, today is {on}. Check the dates.",
            used=used.number,
            used_dated=used.dated,
            on=on,
        )
        return [Against(Obstacle.NOT_YET_VALID, why)]
    if on <= due:
        return []
    why = Phrase(
        "certificate {used} of {used_dated} was due {due}; today is {on}. Have it "
        "calibrated, or a reviewer decides `station equipment override {name} --until DATE`.",
        used=used.number,
        used_dated=used.dated,
        due=due,
        on=on,
        name=name,
    )
    return [Against(Obstacle.OVERDUE, why, override)]
