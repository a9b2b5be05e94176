"""Whether equipment may be used on a day, and what stands against it (ISO/IEC 17025:2017, 6.4.9).

Everything is read from what was written of it, in the order in which it was written: damage stands
until a passed check, an adjustment until a newer certificate.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
    against = list(_condition(equipment).values())
    if equipment.retired:
        again = f"`station equipment add {equipment.entered.equipment} …` brings it back"
        against.insert(
            0, Against(Obstacle.RETIRED, f"out of service: {equipment.retired}. {again}.")
        )
    return against + _certificate(equipment, on)


def _condition(equipment: Equipment) -> dict[Obstacle, Against]:
    """Return what happened to equipment and was not answered since."""
    found: dict[Obstacle, tuple[date, str]] = {}
    dated: dict[str, date] = {}
    for at, entry in equipment.log:
        match entry:
            case e.Serviced(what=e.ServiceKind.CHECK, passed=True):
                for obstacle in _BY_CHECK:
                    found.pop(obstacle, None)
            case e.Serviced(what=e.ServiceKind.CHECK):
                found[Obstacle.CHECK_FAILED] = (entry.on, entry.note)
            case e.Serviced() if entry.what in WORDS:
                found[WORDS[entry.what]] = (entry.on, entry.note)
            case e.FoundBad():
                found[Obstacle.FOUND_BAD] = (at.date(), f"since {entry.since}: {entry.reason}")
            case e.CertificateEntered():
                dated[entry.number] = entry.dated
            case e.CertificateAccepted():
                day = dated[entry.number]
                found = {key: value for key, value in found.items() if value[0] > day}
            case _:
                pass
    name = equipment.entered.equipment
    return {
        obstacle: Against(obstacle, _sentence(obstacle, day, note, name))
        for obstacle, (day, note) in found.items()
    }


def _sentence(obstacle: Obstacle, day: date, note: str, name: str) -> str:
    said = f"{obstacle.value} on {day}" + (f" ({note})" if note else "")
    if obstacle in _BY_CHECK:
        return (
            f"{said}, and neither checked nor calibrated since. Check it, then "
            f"`station equipment check {name} --passed`."
        )
    return f"{said}, after the calibration that is in use. Have it calibrated again."


def _certificate(equipment: Equipment, on: date) -> list[Against]:
    name, used, due = equipment.entered.equipment, equipment.in_use, due_of(equipment)
    newer = [each for each in waiting(equipment) if used is None or each.dated > used.dated]
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
    return [Against(Obstacle.OVERDUE, why, _lifting(equipment, due, on))]


def _lifting(equipment: Equipment, due: date, on: date) -> e.OverrideDecided | None:
    """Return the last decision that lets overdue equipment be used on this day.

    A decision ends with the certificate that it was made about.
    """
    found = None
    for _, entry in equipment.log:
        if isinstance(entry, e.CertificateAccepted):
            found = None
        elif isinstance(entry, e.OverrideDecided) and entry.refusal == Obstacle.OVERDUE:
            found = entry
    return found if found is not None and due < on <= found.until else None
