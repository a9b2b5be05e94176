"""The lives of certificates: who decides what, and numbers without gaps."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from station.certificate.findings import Weight
from station.certificate.issue import Issued, amend, issue
from station.certificate.verification.file import verify
from station.certificate.xml import DCC
from station.clock import SystemClock
from station.errors import BadInput, Refused, StationError
from station.records.audit import audit
from station.records.store import Store, open_store
from station.register import book, lives
from station.register.entries import Approved, Entry, Reviewed
from station.register.lives import Stage
from station.register.work import Work, work_of
from station.run import journal
from station.run.entries import Answered, Prompted, PromptKind, RunBegun
from tests.station.certificate.runs import ISSUED_AT, ORDER, SHOTS, Run, write_down
from tests.station.register.people import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    REVIEWER,
    TECHNICIAN,
    enter,
    name_of,
)
from tests.station.stores import Place

CLOCK = SystemClock()
BOTH = "giang"
"""Technician, reviewer and approver in one."""


class ByTechnician(Run):
    """A run that an account operated."""

    def begun(self) -> RunBegun:
        return super().begun().model_copy(update={"operator": TECHNICIAN})


MEASURED = ByTechnician(shots=SHOTS[:1], voided=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        yield opened


@pytest.fixture
def laboratory(store: Store) -> Store:
    enter(store)
    write_down(store, MEASURED)
    return store


DAY = ISSUED_AT.date()


def work(store: Store, run: str) -> Work:
    return work_of(list(journal.read(store, run)))


def review(
    store: Store, by: str, *, accepted: bool = True, reason: str = "", run: str = MEASURED.id
) -> None:
    done = work(store, run)
    entry = Reviewed(by=by, run=run, dut="dut", accepted=accepted, reason=reason, head=done.head)
    book.act(store, CLOCK, lambda register: lives.reviewed(register, entry, done, DAY))


def approve(store: Store, by: str, run: str = MEASURED.id) -> None:
    done, entry = work(store, run), Approved(by=by, run=run, dut="dut")
    book.act(store, CLOCK, lambda register: lives.approved(register, entry, done, DAY))


def issued(store: Store, by: str = TECHNICIAN, run: str = MEASURED.id) -> Issued:
    return issue(store, run, by=by, now=ISSUED_AT, order=None, laboratory=None)


def amended(store: Store, number: str, by: str = APPROVER, reason: str = "wrong address") -> Issued:
    order = ORDER.model_copy(update={"number": "PYC-2026-0043"})
    return amend(store, number, by=by, now=ISSUED_AT, reason=reason, order=order)


def withdraw(store: Store, number: str, by: str = APPROVER, reason: str = "wrong item") -> None:
    act(store, lambda r: lives.withdrawn(r, by=by, number=number, reason=reason))


def act(store: Store, decide: book.Decide) -> Sequence[Entry]:
    before = book.read(store).length
    book.act(store, CLOCK, decide)
    return [row.entry for row in book.rows(store)][before:]


def stage(store: Store, run: str = MEASURED.id) -> Stage:
    return lives.stage(book.read(store), run, "dut")


def test_a_whole_life(laboratory: Store) -> None:
    store, passed = laboratory, [stage(laboratory)]
    review(store, REVIEWER, accepted=False, reason="door was open")
    passed.append(stage(store))
    review(store, REVIEWER)
    passed.append(stage(store))
    approve(store, APPROVER)
    passed.append(stage(store))
    first = issued(store)
    passed.append(stage(store))
    with pytest.raises(Refused, match=rf"{first.number} would say the same again"):
        amend(store, first.number, by=APPROVER, now=ISSUED_AT, reason="nothing")
    assert stage(store) is Stage.ISSUED
    second = amended(store, first.number)
    passed.append(stage(store))
    withdraw(store, second.number)
    passed.append(stage(store))
    assert passed == [
        "measured", "returned", "reviewed", "approved", "issued", "amended", "withdrawn"
    ]  # fmt: skip
    register = book.read(store)
    assert str(lives.fate(register, first.number)) == f"amended by {second.number}"
    assert str(lives.fate(register, second.number)) == "withdrawn (wrong item)"
    # What was withdrawn is handed out no more; another may take its place.
    with pytest.raises(Refused, match=rf"{second.number} was withdrawn by dung \(wrong item\)"):
        issued(store)
    third = amended(store, second.number)
    assert [first.number, second.number, third.number] == ["C26.00001", "C26.00002", "C26.00003"]
    assert lives.fate(book.read(store), third.number) is None
    assert stage(store) is Stage.AMENDED
    # Issued again, it is the one in force, with the same bytes.
    again = issued(store)
    assert not again.new
    assert (again.number, again.pdf, again.xml) == (third.number, third.pdf, third.xml)
    assert audit(store).faults == ()


def test_a_certificate_that_is_not_in_force_is_told_by_whoever_verifies(laboratory: Store) -> None:
    def found(made: Issued) -> list[str]:
        return [
            finding.what
            for content in (made.pdf, made.xml)
            for finding in verify(content, laboratory).findings
            if finding.weight is Weight.ERROR
        ]

    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    first = issued(laboratory)
    assert found(first) == []
    second = amended(laboratory, first.number)
    told = f"certificate {first.number} is in force no longer: amended by {second.number}"
    assert (found(first), found(second)) == ([told] * 2, [])
    withdraw(laboratory, second.number)
    told = f"certificate {second.number} is in force no longer: withdrawn (wrong item)"
    assert found(second) == [told] * 2


def test_an_amendment_names_the_old_one_in_both_languages(laboratory: Store) -> None:
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    first = issued(laboratory)
    second = amended(laboratory, first.number)
    assert laboratory.document(laboratory.certificates()[0].pdf) == first.pdf
    xml = second.xml.decode()
    assert f"<dcc:replacedUniqueIdentifier>{first.number}</dcc:replacedUniqueIdentifier>" in xml
    digest = hashlib.sha256(first.xml).hexdigest()
    assert re.search(rf"<dcc:previousReport>.*<dcc:value>{digest}</dcc:value>", xml, re.DOTALL)
    assert f"Amendment to certificate {first.number}" in xml
    assert f"thay thế giấy chứng nhận số {first.number}" in xml
    assert xml.count("wrong address") == 2
    assert "PYC-2026-0043" in xml
    assert "PYC-2026-0042" not in xml
    text = printed(second)
    assert f"thay thế giấy chứng nhận số {first.number}. Lý do: wrong address" in text
    assert "replacedUniqueIdentifier" not in first.xml.decode()
    assert DCC in xml


def printed(made: Issued) -> str:
    import io

    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(made.pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_certificate_names_who_measured_reviewed_and_approved(laboratory: Store) -> None:
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    made = issued(laboratory)
    text = printed(made)
    for label, login in (
        ("Người hiệu chuẩn", TECHNICIAN),
        ("Người soát xét", REVIEWER),
        ("Người phê duyệt", APPROVER),
    ):
        assert label in text
        assert name_of(login) in text
    found = re.findall(
        r"<dcc:name>\s*<dcc:content>(Person \w+)</dcc:content>\s*</dcc:name>\s*</dcc:person>"
        r"\s*<dcc:role>([^<]*)</dcc:role>\s*<dcc:mainSigner>(\w+)<",
        made.xml.decode(),
    )
    assert found == [
        (name_of(TECHNICIAN), "calibrated by", "false"),
        (name_of(REVIEWER), "reviewed by", "false"),
        (name_of(APPROVER), "approved by", "true"),
    ]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (TECHNICIAN, "binh has not the role reviewer"),
        (APPROVER, "dung has not the role reviewer"),
        (ADMINISTRATOR, "an has not the role reviewer"),
        (AUDITOR, "em has not the role reviewer"),
        ("nobody", "'nobody' has no account"),
        (BOTH, "giang took part in measuring run answered and cannot review it"),
        (REVIEWER, None),
    ],
)
def test_who_may_review(laboratory: Store, by: str, said: str | None) -> None:
    class Answering(ByTechnician):
        """A run in which another person answered a question."""

        def entries(self) -> list:  # type: ignore[type-arg]
            begun, *others = super().entries()
            asked = Prompted(prompt=1, wants=PromptKind.CONFIRM, text="Connect")
            return [begun, asked, Answered(prompt=1, value="yes", by=BOTH), *others]

    run = write_down(laboratory, replace(Answering(shots=SHOTS[:1]), id="answered"))
    if said is None:
        review(laboratory, by, run=run)
        assert stage(laboratory, run) is Stage.REVIEWED
        return
    with pytest.raises(Refused, match=said):
        review(laboratory, by, run=run)
    assert stage(laboratory, run) is Stage.MEASURED


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (TECHNICIAN, "binh has not the role approver"),
        (REVIEWER, "chi has not the role approver"),
        (ADMINISTRATOR, "an has not the role approver"),
        (APPROVER, None),
        # Reviewed and approved by one person, who did not measure: ISO/IEC 17025 allows it.
        (BOTH, None),
    ],
)
def test_who_may_approve(laboratory: Store, by: str, said: str | None) -> None:
    with pytest.raises(Refused, match=r"not reviewed|has not the role"):
        approve(laboratory, by)
    review(laboratory, BOTH if by == BOTH else REVIEWER)
    if said is None:
        approve(laboratory, by)
        assert stage(laboratory) is Stage.APPROVED
        return
    with pytest.raises(Refused, match=said):
        approve(laboratory, by)


def test_whoever_measured_before_there_were_accounts_is_known_by_name(laboratory: Store) -> None:
    class Named(Run):
        """A run whose operator was written down as a name."""

        def begun(self) -> RunBegun:
            return super().begun().model_copy(update={"operator": name_of(BOTH).lower()})

    run = write_down(laboratory, replace(Named(shots=SHOTS[:1]), id="named"))
    with pytest.raises(Refused, match="took part in measuring"):
        review(laboratory, BOTH, run=run)


def test_nothing_is_issued_before_it_is_approved(laboratory: Store) -> None:
    with pytest.raises(Refused, match="not reviewed"):
        issued(laboratory)
    review(laboratory, REVIEWER)
    with pytest.raises(Refused, match=r"reviewed and not approved\. `station approve"):
        issued(laboratory)
    approve(laboratory, APPROVER)
    # A second review takes the approval away.
    review(laboratory, REVIEWER, accepted=False, reason="second thoughts")
    with pytest.raises(Refused, match=r"returned by chi \(second thoughts\)"):
        issued(laboratory)
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    for by, said in ((AUDITOR, "em has not the role technician or"), ("x", "'x' has no account")):
        with pytest.raises(Refused, match=said):
            issued(laboratory, by)
    assert laboratory.certificates() == []
    assert issued(laboratory).new


def test_what_was_reviewed_is_what_is_issued(laboratory: Store) -> None:
    done = work(laboratory, MEASURED.id)
    entry = Reviewed(by=REVIEWER, run=MEASURED.id, dut="dut", accepted=True, head="another")
    book.act(laboratory, CLOCK, lambda register: lives.reviewed(register, entry, done, DAY))
    with pytest.raises(Refused, match="its journal is not the one that chi reviewed"):
        approve(laboratory, APPROVER)


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda s: amended(s, "C26.00009"), BadInput, "no certificate 'C26.00009'"),
        (lambda s: amended(s, "C26.00001", reason=" "), BadInput, "reason is needed"),
        (lambda s: amended(s, "C26.00001", reason="\x00"), BadInput, "in one line"),
        (lambda s: amended(s, "C26.00001", reason="a" * 501), BadInput, "at most 500 letters"),
        (lambda s: amended(s, "C26.00001", by=REVIEWER), Refused, "has not the role approver"),
        (lambda s: amended(s, "C26.00001", by=TECHNICIAN), Refused, "has not the role approver"),
        (lambda s: withdraw(s, "C26.00009"), BadInput, "No certificate 'C26.00009'"),
        (lambda s: withdraw(s, "C26.00001", reason=""), BadInput, "reason is needed"),
        (lambda s: withdraw(s, "C26.00001", by=REVIEWER), Refused, "has not the role approver"),
        (lambda s: [withdraw(s, "C26.00001"), withdraw(s, "C26.00001")], Refused, "was withdrawn"),
        (
            lambda s: [amended(s, "C26.00001"), amended(s, "C26.00001")],
            Refused, "was amended by C26.00002: amend that one",
        ),
        (
            lambda s: [amended(s, "C26.00001"), withdraw(s, "C26.00001")],
            Refused, "was amended by C26.00002: withdraw that one",
        ),
    ],
)  # fmt: skip
def test_what_cannot_become_of_a_certificate(
    laboratory: Store, change: book.Decide, kind: type[StationError], said: str
) -> None:
    review(laboratory, REVIEWER)
    approve(laboratory, APPROVER)
    assert issued(laboratory).number == "C26.00001"
    with pytest.raises(kind, match=said):
        change(laboratory)  # type: ignore[arg-type]
    assert audit(laboratory).faults == ()


# -- without accounts ------------------------------------------------------------------------


def test_without_accounts_it_is_issued_at_once_and_all_is_written_down(store: Store) -> None:
    write_down(store, MEASURED)
    first = issued(store, by="Somebody")
    assert stage(store) is Stage.ISSUED
    second = amended(store, first.number, by="Somebody")
    withdraw(store, second.number, by="Somebody")
    kinds = [row.entry.kind for row in book.rows(store)]
    assert kinds == ["issued", "issued", "withdrawn"]
    assert "Người soát xét" not in printed(first)


def test_without_accounts_a_review_that_was_written_counts(store: Store) -> None:
    write_down(store, MEASURED)
    review(store, "Somebody", accepted=False, reason="door was open")
    with pytest.raises(Refused, match=r"returned by Somebody \(door was open\)"):
        issued(store, by="Somebody")
    review(store, "Reviewer R")
    approve(store, "Approver A")
    text = printed(issued(store, by="Somebody"))
    assert "Reviewer R" in text
    assert "Approver A" in text
    assert "Somebody" not in text


# -- numbers and the index -------------------------------------------------------------------


def test_a_number_given_to_nothing_is_kept_with_its_reason(store: Store) -> None:
    runs = [write_down(store, replace(MEASURED, id=f"run-{n}")) for n in range(2)]

    def void(number: str, reason: str = "printed form spoilt") -> None:
        act(store, lambda r: lives.voided(r, by="a", number=number, reason=reason))

    assert issued(store, run=runs[0]).number == "C26.00001"
    for number in ("C26.00001", "C26.00003", "26.2", "C26.000002"):
        with pytest.raises(BadInput, match=r"next number|is no number"):
            void(number)
    with pytest.raises(BadInput, match="--reason"):
        void("C26.00002", reason=" ")
    void("C26.00002")
    assert issued(store, run=runs[1]).number == "C26.00003"
    assert book.read(store).voided["C26.00002"].reason == "printed form spoilt"
    # Each kind and year has a sequence of its own.
    void("V26.00001")
    assert audit(store).faults == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM certificate WHERE number = 'C26.00001'",
         "Certificate C26.00001: it was issued and is not in the index."),
        ("UPDATE certificate SET issued_by = 'Somebody'",
         "Certificate C26.00001: the index does not say what the register says."),
        ("UPDATE certificate SET amends = 'C26.00000'",
         "Certificate C26.00001: the index does not say what the register says."),
        ("UPDATE certificate SET pdf = xml",
         "Certificate C26.00001: the index does not say what the register says."),
        ("UPDATE certificate SET number = 'C26.00002'",
         "Certificate C26.00002: the register does not say that it was issued."),
    ],
)  # fmt: skip
def test_an_index_that_says_something_else_is_found(
    place: Place, statement: str, said: str
) -> None:
    with open_store(place.url) as store:
        write_down(store, MEASURED)
        issued(store)
        assert audit(store).faults == ()
    place.tamper(statement)
    with open_store(place.url) as store:
        assert said in map(str, audit(store).faults)
