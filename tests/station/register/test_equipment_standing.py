"""What stands against the use of equipment follows from what was written of it, in order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from station.clock import day_of
from station.errors import BadInput, Refused
from station.register import entries as e
from station.register.equipment import (
    Acceptance,
    accept,
    by_serial,
    enter,
    enter_certificate,
    find,
    found_bad,
    override,
    reject,
    retire,
    service,
)
from station.register.equipment_standing import Obstacle, due_of, months_later, standing
from station.register.state import Register, Row, fold_all

TODAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
WHO = {"by": "a", "equipment": "S-1"}


def entered(**changes: object) -> e.EquipmentEntered:
    said = {"title": "Calibrator", "maker": "Fluke", "type": "5522A", "serial": "1"}
    return e.EquipmentEntered.model_validate({**WHO, **said, **changes})


def certificate(number: str, dated: str, due: str = "2027-01-01") -> e.CertificateEntered:
    return e.CertificateEntered.model_validate(
        {**WHO, "number": number, "issuer": "L", "dated": dated, "due": due}
        | {"document": f"digest of {number}", "source": "certificate file"}
    )


def accepted(number: str) -> e.CertificateAccepted:
    return e.CertificateAccepted(**WHO, number=number)


def done(what: str, on: str, *, passed: bool | None = None) -> e.Serviced:
    return e.Serviced(**WHO, what=e.ServiceKind(what), on=date.fromisoformat(on), passed=passed)


def register_of(entries: Sequence[e.Entry]) -> Register:
    return fold_all(Row(seq, AT, entry, "", "") for seq, entry in enumerate(entries))


GOOD: tuple[e.Entry, ...] = (entered(), certificate("C1", "2026-01-01"), accepted("C1"))
AGAIN: tuple[e.Entry, ...] = (certificate("C2", "2026-05-01"), accepted("C2"))
DAMAGED = done("damage", "2026-03-01")
FAILED = done("intermediate check", "2026-03-01", passed=False)
PASSED = done("intermediate check", "2026-03-02", passed=True)
ADJUSTED = done("adjustment", "2026-03-01")
RETIRED = e.EquipmentRetired(**WHO, reason="sold")
BAD = e.FoundBad(**WHO, since=date(2026, 2, 1), reason="fell")
NEWER = certificate("C2", "2026-05-01")
REJECTED = e.CertificateRejected(**WHO, number="C2", reason="typed wrong")

CASES: dict[str, tuple[Sequence[e.Entry], list[str]]] = {
    "in order": (GOOD, []),
    "never certified": ((entered(),), ["no certificate"]),
    "not accepted": (GOOD[:2], ["not accepted"]),
    "a newer one not accepted": ((*GOOD, NEWER), ["not accepted"]),
    "a newer one rejected": ((*GOOD, NEWER, REJECTED), []),
    "the accepted one rejected": ((*GOOD, *AGAIN, REJECTED), []),
    "an older one entered later": ((*GOOD, certificate("C0", "2025-01-01")), []),
    "damaged": ((*GOOD, DAMAGED), ["damaged"]),
    "damaged and repaired": (
        (*GOOD, DAMAGED, done("repair", "2026-03-02")),
        ["damaged", "repaired"],
    ),
    "damaged and checked": ((*GOOD, DAMAGED, PASSED), []),
    "damaged and calibrated": ((*GOOD, DAMAGED, *AGAIN), []),
    "calibrated before it was damaged": (
        (*GOOD, done("damage", "2026-05-20"), *AGAIN),
        ["damaged"],
    ),
    "check failed": ((*GOOD, FAILED), ["failed check"]),
    "check failed, then passed": ((*GOOD, FAILED, PASSED), []),
    "check passed, then failed": ((*GOOD, PASSED, FAILED), ["failed check"]),
    "adjusted": ((*GOOD, ADJUSTED), ["adjusted"]),
    "adjusted and checked": ((*GOOD, ADJUSTED, PASSED), ["adjusted"]),
    "adjusted and calibrated": ((*GOOD, ADJUSTED, *AGAIN), []),
    "maintained": ((*GOOD, done("maintenance", "2026-03-01")), []),
    "retired": ((*GOOD, RETIRED), ["retired"]),
    "retired and entered again": ((*GOOD, RETIRED, entered()), []),
    "found bad": ((*GOOD, BAD), ["found bad"]),
    "found bad, calibrated after it became so": ((*GOOD, BAD, *AGAIN), []),
    "found bad, calibrated before it became so": (
        (*GOOD, BAD, certificate("C3", "2026-01-31"), accepted("C3")),
        ["found bad"],
    ),
    "found bad after a calibration": ((*GOOD, *AGAIN, BAD), ["found bad"]),
    "found bad twice": (
        (*GOOD, BAD.model_copy(update={"since": date(2026, 5, 2)}), BAD, *AGAIN),
        ["found bad"],
    ),
    "damaged, and a check of before it written later": (
        (*GOOD, DAMAGED, done("intermediate check", "2026-02-28", passed=True)),
        ["damaged"],
    ),
    "damaged, calibrated, and that certificate rejected": (
        (*GOOD, DAMAGED, *AGAIN, REJECTED),
        ["damaged"],
    ),
    "damaged twice, the earlier time written later": (
        (*GOOD, done("damage", "2026-05-20"), DAMAGED, *AGAIN),
        ["damaged"],
    ),
    "a corrected certificate of the same day not accepted": (
        (*GOOD, certificate("C1a", "2026-01-01")),
        ["not accepted"],
    ),
    "found bad, calibrated since": (
        (*GOOD, BAD, certificate("C3", "2026-06-01"), accepted("C3")),
        [],
    ),
    "overdue": (
        (entered(), certificate("C1", "2025-01-01", "2026-05-31"), accepted("C1")),
        ["overdue"],
    ),
    "on the last day": (
        (entered(), certificate("C1", "2025-01-01", "2026-06-01"), accepted("C1")),
        [],
    ),
    "overdue by the interval": ((entered(interval_months=4), *GOOD[1:]), ["overdue"]),
    "of a day to come": (
        (entered(), certificate("C1", "2026-06-02"), accepted("C1")),
        ["not yet valid"],
    ),
    "several": ((*GOOD, DAMAGED, ADJUSTED, RETIRED), ["retired", "damaged", "adjusted"]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_stands_against_its_use(name: str) -> None:
    entries, obstacles = CASES[name]
    found = standing(register_of(entries).equipment["S-1"], TODAY)
    assert [each.obstacle.value for each in found] == obstacles
    assert all(each.override is None for each in found)
    assert all(str(each.why).endswith(".") for each in found)


OVERDUE: tuple[e.Entry, ...] = (
    entered(),
    certificate("C1", "2025-01-01", "2026-05-31"),
    accepted("C1"),
)


def decided(until: str, refusal: str = "overdue") -> e.OverrideDecided:
    day = date.fromisoformat(until)
    return e.OverrideDecided(**WHO, refusal=refusal, until=day, reason="spare is away")


REPAIRED = done("repair", "2026-03-01")

OVERRIDES: dict[str, tuple[Sequence[e.Entry], list[tuple[str, bool]]]] = {
    "lifts overdue": ((*OVERDUE, decided("2026-06-01")), [("overdue", True)]),
    "has ended": ((*OVERDUE, decided("2026-05-31")), [("overdue", False)]),
    "the later one counts": (
        (*OVERDUE, decided("2026-12-31"), decided("2026-05-31")),
        [("overdue", False)],
    ),
    "of another refusal": ((*OVERDUE, decided("2026-12-31", "damaged")), [("overdue", False)]),
    "lifts nothing else": (
        (*OVERDUE, decided("2026-12-31"), DAMAGED),
        [("damaged", False), ("overdue", True)],
    ),
    "of damage": ((*GOOD, DAMAGED, decided("2026-12-31", "damaged")), [("damaged", True)]),
    "of an earlier damage": (
        (*GOOD, DAMAGED, decided("2026-12-31", "damaged"), done("damage", "2026-04-01")),
        [("damaged", False)],
    ),
    "of a repair": ((*GOOD, REPAIRED, decided("2026-12-31", "repaired")), [("repaired", True)]),
    "of what cannot be lifted": (
        (*GOOD, ADJUSTED, decided("2026-12-31", "adjusted")),
        [("adjusted", False)],
    ),
    "ends with its certificate": (
        (
            *OVERDUE,
            decided("2026-12-31"),
            certificate("C2", "2026-01-02", "2026-05-30"),
            accepted("C2"),
        ),
        [("overdue", False)],
    ),
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_an_override(name: str) -> None:
    entries, expected = OVERRIDES[name]
    found = standing(register_of(entries).equipment["S-1"], TODAY)
    assert [(each.obstacle.value, each.override is not None) for each in found] == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-15", 12, "2027-01-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 13, "2027-12-30"),
    ],
)
def test_months_later(day: str, months: int, expected: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_due_is_the_earlier_of_certificate_and_interval() -> None:
    register = register_of((entered(interval_months=6), *GOOD[1:]))
    assert due_of(register.equipment["S-1"]) == date(2026, 7, 1)
    register = register_of((entered(interval_months=60), *GOOD[1:]))
    assert due_of(register.equipment["S-1"]) == date(2027, 1, 1)


DOUBTED = certificate("C9", "2026-05-01").model_copy(update={"findings": ("It jumped.",)})

REFUSALS: dict[str, tuple[Sequence[e.Entry], object, type[Exception], str]] = {
    "nothing of that name": (GOOD, retire("S-2", "x", "a"), BadInput, "no equipment 'S-2'"),
    "no reason": (GOOD, retire("S-1", "  ", "a"), BadInput, "A reason is needed"),
    "retired twice": ((*GOOD, RETIRED), retire("S-1", "x", "a"), BadInput, "already: sold"),
    "the same plate": (GOOD, enter(entered(equipment="S-2")), BadInput, "as S-1"),
    "nothing waits": (GOOD, accept("S-1", None, Acceptance("a")), BadInput, "none waits"),
    "accepted before": (GOOD, accept("S-1", "C1", Acceptance("a")), BadInput, "accepted before"),
    "no such certificate": (
        GOOD,
        accept("S-1", "C7", Acceptance("a")),
        BadInput,
        "no certificate C7",
    ),
    "doubted, no reason": (
        (*GOOD, DOUBTED),
        accept("S-1", None, Acceptance("a")),
        Refused,
        r"It jumped\..*needs --reason",
    ),
    "doubted, accepted at once": (
        GOOD,
        enter_certificate(DOUBTED, Acceptance("a", " ")),
        Refused,
        "needs --reason",
    ),
    "entered before": (
        GOOD,
        enter_certificate(certificate("C1", "2026-01-01"), None),
        Refused,
        "entered before",
    ),
    "other content": (
        GOOD,
        enter_certificate(
            certificate("C1", "2026-01-01").model_copy(update={"document": "x"}), None
        ),
        Refused,
        "with other content",
    ),
    "nothing to reject": (GOOD, reject("S-1", "C7", "x", "a"), BadInput, "no certificate C7"),
    "the future": (
        GOOD,
        service("S-1", done("repair", "2026-06-02"), TODAY),
        BadInput,
        "is in the future",
    ),
    "nothing to lift": (
        (entered(),),
        override("S-1", TODAY, "x", "a", TODAY),
        Refused,
        "no certificate in use",
    ),
    "a range that is not certified": (
        GOOD,
        override("S-1", TODAY, "x", "a", TODAY, lifts="range"),
        Refused,
        "'range' cannot be lifted: outside its certified range a standard has no value",
    ),
    "another instrument": (
        GOOD,
        override("S-1", TODAY, "x", "a", TODAY, lifts="serial"),
        Refused,
        "says nothing of another",
    ),
    "what there is not": (
        GOOD,
        override("S-1", TODAY, "x", "a", TODAY, lifts="colour"),
        Refused,
        "there are overdue, implausible, damaged, repaired",
    ),
    "bad from a day to come": (
        GOOD,
        found_bad("S-1", date(2026, 6, 2), "x", "a", TODAY),
        BadInput,
        "is in the future",
    ),
    "bad without a reason": (GOOD, found_bad("S-1", TODAY, " ", "a", TODAY), BadInput, "A reason"),
    "a certificate of before the finding, again": (
        (*GOOD, BAD),
        accept("S-1", "C1", Acceptance("a", "seen")),
        BadInput,
        "accepted before",
    ),
    "a certificate of after the finding, without a reason": (
        (*GOOD, *AGAIN, BAD),
        accept("S-1", "C2", Acceptance("a")),
        BadInput,
        "A reason is needed",
    ),
    "an override of the past": (
        GOOD,
        override("S-1", date(2026, 5, 31), "x", "a", TODAY),
        BadInput,
        "has passed",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_not_written(name: str) -> None:
    entries, decide, kind, words = REFUSALS[name]
    assert callable(decide)
    with pytest.raises(kind, match=words):
        decide(register_of(entries))


def test_a_reason_takes_a_doubted_certificate_into_use() -> None:
    register = register_of((*GOOD, DOUBTED))
    (entry,) = accept("S-1", None, Acceptance("b", "compared with the second standard"))(register)
    assert entry == e.CertificateAccepted(
        by="b", equipment="S-1", number="C9", reason="compared with the second standard"
    )


def test_a_person_confirms_the_certificate_in_use_after_a_finding() -> None:
    """What was found concerns the certificate before: the one in use is of after that day."""
    register = register_of((*GOOD, *AGAIN, BAD))
    (entry,) = accept("S-1", "C2", Acceptance("b", "calibrated since it fell"))(register)
    after = register_of((*GOOD, *AGAIN, BAD, entry))
    assert standing(after.equipment["S-1"], TODAY) == []


def test_of_two_certificates_of_one_day_the_one_accepted_last_is_in_use() -> None:
    """An issuer corrects a certificate: the same calibration, another number."""
    corrected = (certificate("C1a", "2026-01-01"), accepted("C1a"))
    used = register_of((*GOOD, *corrected)).equipment["S-1"].in_use
    assert used is not None
    assert used.number == "C1a"


def test_a_standard_falls_due_at_midnight_of_the_laboratory() -> None:
    # 2026-05-31 23:59:59 and 2026-06-01 00:00:00 in Viet Nam.
    last = datetime(2026, 5, 31, 16, 59, 59, tzinfo=UTC)
    equipment = register_of(OVERDUE).equipment["S-1"]
    assert standing(equipment, day_of(last)) == []
    (against,) = standing(equipment, day_of(last + timedelta(seconds=1)))
    assert against.obstacle is Obstacle.OVERDUE


def test_saying_the_same_again_writes_nothing() -> None:
    register = register_of(GOOD)
    assert enter(entered(by="somebody else"))(register) == []
    assert enter(entered(location="Room 3"))(register) == [entered(location="Room 3")]


def test_one_is_found_by_its_serial_number_maker_and_type() -> None:
    register = register_of((*GOOD, entered(equipment="S-2", maker="Wavetek", type="4808")))
    assert find(register, "S-2").entered.maker == "Wavetek"
    with pytest.raises(BadInput, match="Several pieces of equipment"):
        find(register, "1")
    with pytest.raises(BadInput, match="Give maker and type too"):
        by_serial(register, "1")
    assert by_serial(register, "1", "wavetek").entered.equipment == "S-2"
    with pytest.raises(BadInput, match="no equipment Fluke 4808 serial 1"):
        by_serial(register, "1", "Fluke", "4808")


def test_obstacles_have_the_words_that_overrides_were_written_with() -> None:
    # Stored in old entries: the word must not change.
    assert Obstacle.OVERDUE.value == "overdue"
