"""The lives of certificates: measured, reviewed, approved, issued, amended or withdrawn.

ISO/IEC 17025:2017: results are reviewed and authorised before they are released (7.8.1.1) by people
authorised for that (6.2.6 c). The standard does not ask that reviewer and approver be two people:
who has both roles may do both, as two acts. Here nobody reviews or approves what he measured.
An amendment is a further document with a new number (7.8.8.2, 7.8.8.3) and is authorised anew.
Where the store has no accounts, all this is written down and nobody is checked.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from station.errors import BadInput, Phrase, Refused
from station.locale import N_
from station.records.store import CertificateIssued
from station.register import entries as e
from station.register.people import account, has_accounts, need, need_for, refuse_reason
from station.register.state import Lives, Register
from station.register.work import Work, refuse_measurer, refuse_overrider

NUMBER = re.compile(r"(?P<prefix>[A-Z]\d\d\.)(?P<count>\d{5})")
"""Kind, year, and the place in the sequence of both: C26.00001."""

ISSUERS = (e.Role.TECHNICIAN, e.Role.REVIEWER, e.Role.APPROVER)
"""Who may have a certificate made that was approved: that alone decides nothing."""


class Stage(StrEnum):
    """Where the results of an item stand."""

    MEASURED = "measured"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    ISSUED = "issued"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


def stage(register: Register, run: str, dut: str) -> Stage:
    """Return where the results of the item `dut` of a finished run stand."""
    lives = register.items.get((run, dut), Lives())
    if lives.issued:
        last = lives.issued[-1]
        if last.number in register.withdrawn:
            return Stage.WITHDRAWN
        return Stage.AMENDED if last.amends else Stage.ISSUED
    if lives.approved is not None:
        return Stage.APPROVED
    if lives.reviewed is None:
        return Stage.MEASURED
    return Stage.REVIEWED if lives.reviewed.accepted else Stage.RETURNED


def stages(register: Register, run: str, duts: Iterable[str]) -> Mapping[str, Stage]:
    """Return where the results of each item of a run stand, for items that somebody decided of."""
    told = [dut for dut in duts if (run, dut) in register.items]
    return {dut: stage(register, run, dut) for dut in told}


def reviewed(register: Register, entry: e.Reviewed, work: Work, on: date) -> tuple[e.Entry, ...]:
    """Return what is written of a review on the day `on`.

    Raises:
        BadInput: results are returned without a reason.
        Refused: the reviewer may not.
    """
    need_for(register, entry.by, work.procedure, on, e.Role.REVIEWER)
    if entry.reason or not entry.accepted:
        refuse_reason(entry.reason)
    refuse_measurer(register, entry.by, work, N_("review"))
    return (entry,)


def approved(register: Register, entry: e.Approved, work: Work, on: date) -> tuple[e.Entry, ...]:
    """Return what is written of an approval on the day `on`.

    Raises:
        BadInput: the reason, where there is one, cannot be printed.
        Refused: the approver may not, or the results were not reviewed as they are.
    """
    _refuse_approver(register, entry.by, work, on)
    if entry.reason:
        refuse_reason(entry.reason)
    _refuse_unreviewed(register, entry.dut, work)
    return (entry,)


def refuse_issue(
    register: Register, by: str, dut: str, work: Work, on: date, *, otherwise: bool
) -> None:
    """Refuse the first certificate of an item where something is missing.

    `otherwise` says that it is to have another order or laboratory than the run, or fields, which
    nobody approved: where people are checked, only an approver issues that.

    Raises:
        Refused: the results were returned; or people are checked and it was not approved.
    """
    need(register, by, *ISSUERS)
    run, lives = work.run, register.items.get((work.run, dut), Lives())
    if lives.reviewed is not None or has_accounts(register):
        _refuse_unreviewed(register, dut, work)
    if not has_accounts(register):
        return
    if lives.approved is None or lives.approved.by not in register.people:
        raise Refused(
            "Run {run}, {dut}: reviewed and not approved. `station approve {run}` by an approver.",
            run=run,
            dut=dut,
        )
    if otherwise:
        if e.Role.APPROVER not in account(register, by).roles:
            raise Refused(
                "Run {run}, {dut}: the order, laboratory or fields given now are not what "
                "was approved, and {by} has not the role approver. An approver issues it so.",
                run=run,
                dut=dut,
                by=by,
            )
        _refuse_approver(register, by, work, on)


def amendment(
    register: Register, entry: e.Approved, work: Work, on: date, *, amends: str
) -> tuple[e.Entry, ...]:
    """Return what is written before an amendment of `amends` is issued: that it was approved.

    Raises:
        Refused: it was amended already, or whoever amends may not approve.
    """
    last = register.items[entry.run, entry.dut].issued[-1].number
    if last != amends:
        raise Refused(
            "Certificate {amends} was amended by {last}: amend that one.", amends=amends, last=last
        )
    if not has_accounts(register):
        return ()
    return approved(register, entry, work, on)


def withdrawn(register: Register, *, by: str, number: str, reason: str) -> tuple[e.Entry, ...]:
    """Return what is written of a withdrawal.

    Raises:
        BadInput: there is no such certificate, or no reason.
        Refused: it is not in force any more, or whoever withdraws is no approver.
    """
    need(register, by, e.Role.APPROVER)
    refuse_reason(reason)
    refuse_withdrawn(register, number)
    last = _issued(register, number).issued[-1].number
    if last != number:
        raise Refused(
            "Certificate {number} was amended by {last}: withdraw that one.",
            number=number,
            last=last,
        )
    return (e.Withdrawn(by=by, number=number, reason=reason),)


def refuse_withdrawn(register: Register, number: str) -> None:
    """Refuse to hand a certificate out, or to withdraw it, that was withdrawn.

    Raises:
        Refused: it was.
    """
    done = register.withdrawn.get(number)
    if done is not None:
        raise Refused(
            "Certificate {number} was withdrawn by {by} ({reason}). `station certificate "
            "amend {number}` issues another in its place.",
            number=number,
            by=done.by,
            reason=done.reason,
        )


def fate(register: Register, number: str) -> Phrase | None:
    """Return what became of an issued certificate, or None where it is in force.

    Raises:
        BadInput: it was not issued here.
    """
    done, last = register.withdrawn.get(number), _issued(register, number).issued[-1]
    if last.number != number:
        return Phrase("amended by {number}", number=last.number)
    return Phrase("withdrawn ({reason})", reason=done.reason) if done else None


# -- numbers ---------------------------------------------------------------------------------


def next_number(register: Register, prefix: str) -> str:
    """Return the next number of a kind's sequence of a year: it has no gaps."""
    return f"{prefix}{max(_taken(register).get(prefix, {0})) + 1:05d}"


def voided(register: Register, *, by: str, number: str, reason: str) -> tuple[e.Entry, ...]:
    """Return what is written of a number that is given to nothing.

    Raises:
        BadInput: it is no number, not the next one of its sequence, or there is no reason.
        Refused: whoever voids it is no approver.
    """
    need(register, by, e.Role.APPROVER)
    refuse_reason(reason)
    form = NUMBER.fullmatch(number)
    if form is None:
        raise BadInput("{number!r} is no number like C26.00001.", number=number)
    following = next_number(register, form["prefix"])
    if number != following:
        raise BadInput(
            "Only the next number can be given to nothing: that is {following}.",
            following=following,
        )
    return (e.NumberVoided(by=by, number=number, reason=reason),)


def index_faults(register: Register, index: Iterable[CertificateIssued]) -> Iterator[Phrase]:
    """Yield where the index of certificates or their numbers differ from the register's word."""
    said = {i.number: i for lives in register.items.values() for i in lives.issued}
    there = {c.number: c for c in index}
    for number in sorted(there.keys() - said.keys()):
        yield Phrase(
            "Certificate {number}: the register does not say that it was issued.", number=number
        )
    for number, entry in said.items():
        kept = there.get(number)
        if kept is None:
            yield Phrase(
                "Certificate {number}: it was issued and is not in the index.", number=number
            )
        elif _of_index(kept) != _of_register(entry):
            yield Phrase(
                "Certificate {number}: the index does not say what the register says.",
                number=number,
            )
    for prefix, counts in sorted(_taken(register).items()):
        for missing in sorted(set(range(1, max(counts))) - counts):
            yield Phrase(
                "Number {number}: it was skipped, and nobody says why.",
                number=f"{prefix}{missing:05d}",
            )


def _of_index(kept: CertificateIssued) -> tuple[str, ...]:
    return kept.run, kept.dut, kept.issued_by, kept.pdf, kept.xml, kept.amends


def _of_register(entry: e.Issued) -> tuple[str, ...]:
    return entry.run, entry.dut, entry.by, entry.pdf, entry.xml, entry.amends


def _taken(register: Register) -> Mapping[str, set[int]]:
    """Return the numbers that were given, by prefix; others' ways of numbering have no sequence."""
    taken: dict[str, set[int]] = defaultdict(set)
    issued = (i.number for lives in register.items.values() for i in lives.issued)
    for number in (*issued, *register.voided):
        form = NUMBER.fullmatch(number)
        if form is not None:
            taken[form["prefix"]].add(int(form["count"]))
    return taken


def _issued(register: Register, number: str) -> Lives:
    for lives in register.items.values():
        if any(issued.number == number for issued in lives.issued):
            return lives
    raise BadInput("No certificate {number!r} was issued here. Check the number.", number=number)


# -- what must be there before ---------------------------------------------------------------


def _refuse_approver(register: Register, by: str, work: Work, on: date) -> None:
    need_for(register, by, work.procedure, on, e.Role.APPROVER)
    refuse_measurer(register, by, work, N_("approve"))
    refuse_overrider(register, by, work)


def _refuse_unreviewed(register: Register, dut: str, work: Work) -> None:
    run, review = work.run, register.items.get((work.run, dut), Lives()).reviewed
    if review is None:
        raise Refused(
            "Run {run}, {dut}: not reviewed. `station review {run} --accept` by a reviewer.",
            run=run,
            dut=dut,
        )
    if not review.accepted:
        raise Refused(
            "Run {run}, {dut}: returned by {reviewer} ({reason}). Measure anew, or have it "
            "reviewed again.",
            run=run,
            dut=dut,
            reviewer=review.by,
            reason=review.reason,
        )
    if has_accounts(register) and review.by not in register.people:
        raise Refused(
            "Run {run}, {dut}: reviewed by {reviewer}, who has no account in this store; "
            "nobody proved it. `station review {run} --accept` by a reviewer.",
            run=run,
            dut=dut,
            reviewer=review.by,
        )
    if review.head != work.head:
        raise Refused(
            "Run {run}, {dut}: its journal is not the one that {reviewer} reviewed. `station "
            "audit` says more; have it reviewed again.",
            run=run,
            dut=dut,
            reviewer=review.by,
        )
