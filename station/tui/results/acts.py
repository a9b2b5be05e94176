"""What can be done with a result, whether whoever sits here may, and why not: told beforehand.

Whether it may be done is asked of the very functions that decide when it is done
(`station.register.lives`); the words here are those of the console.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import Enum

from station.errors import StationError
from station.locale import N_
from station.register import entries as e
from station.register import lives, people, work
from station.register.lives import Stage
from station.register.state import Lives, Register
from station.register.work import Work
from station.tui.parts.words import Speech


class Act(Enum):
    """One act; the value is what it is called."""

    ACCEPT = N_("accept the results")
    RETURN = N_("return the results")
    APPROVE = N_("approve the certificate")
    ISSUE = N_("issue the certificate")
    AMEND = N_("amend the certificate")
    REPLACE = N_("issue another certificate in its place")
    WITHDRAW = N_("withdraw the certificate")


KEYS = {
    Act.ACCEPT: "a",
    Act.RETURN: "x",
    Act.APPROVE: "p",
    Act.ISSUE: "i",
    Act.AMEND: "m",
    Act.REPLACE: "r",
    Act.WITHDRAW: "w",
}

BY_STAGE = {
    Stage.MEASURED: (Act.ACCEPT, Act.RETURN),
    Stage.RETURNED: (Act.ACCEPT,),
    Stage.REVIEWED: (Act.APPROVE, Act.RETURN),
    Stage.APPROVED: (Act.ISSUE, Act.RETURN),
    Stage.ISSUED: (Act.AMEND, Act.WITHDRAW),
    Stage.AMENDED: (Act.AMEND, Act.WITHDRAW),
    Stage.WITHDRAWN: (Act.REPLACE,),
}
"""What there is to be done at each stage, the next act first."""

ROLE = {
    Act.ACCEPT: e.Role.REVIEWER,
    Act.RETURN: e.Role.REVIEWER,
    Act.APPROVE: e.Role.APPROVER,
    Act.AMEND: e.Role.APPROVER,
    Act.REPLACE: e.Role.APPROVER,
    Act.WITHDRAW: e.Role.APPROVER,
}

ROLES = {
    e.Role.TECHNICIAN: N_("technician"),
    e.Role.REVIEWER: N_("reviewer"),
    e.Role.APPROVER: N_("approver"),
    e.Role.ADMINISTRATOR: N_("administrator"),
    e.Role.AUDITOR: N_("auditor"),
}

SOMEBODY_ELSE = N_("Ctrl+P: sign in as somebody else")
ADMINISTRATOR = N_("an administrator gives it: `station people`")


@dataclass(frozen=True, slots=True)
class May:
    """One act; `why_not` says why whoever sits here may not, `way_out` what to do about it."""

    act: Act
    why_not: str = ""
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What an act is about: the results of one item, on a day, and who asks."""

    register: Register
    work: Work
    dut: str
    by: str
    on: date

    @property
    def lives(self) -> Lives:
        """What was decided of the item."""
        return self.register.items.get((self.work.run, self.dut), Lives())

    @property
    def stage(self) -> Stage:
        """Where its results stand."""
        return lives.stage(self.register, self.work.run, self.dut)

    @property
    def number(self) -> str:
        """The number of its last certificate, "" where it has none."""
        issued = self.lives.issued
        return issued[-1].number if issued else ""

    def review(self, *, accepted: bool, reason: str) -> Sequence[e.Entry]:
        """Return what is written of a review.

        Raises:
            StationError: see `station.register.lives.reviewed`.
        """
        entry = e.Reviewed(
            by=self.by,
            run=self.work.run,
            dut=self.dut,
            accepted=accepted,
            reason=reason,
            head=self.work.head,
        )
        return lives.reviewed(self.register, entry, self.work, self.on)

    def approval(self, reason: str) -> Sequence[e.Entry]:
        """Return what is written of an approval.

        Raises:
            StationError: see `station.register.lives.approved`.
        """
        entry = e.Approved(by=self.by, run=self.work.run, dut=self.dut, reason=reason)
        return lives.approved(self.register, entry, self.work, self.on)

    def withdrawal(self, reason: str) -> Sequence[e.Entry]:
        """Return what is written of a withdrawal.

        Raises:
            StationError: see `station.register.lives.withdrawn`.
        """
        return lives.withdrawn(self.register, by=self.by, number=self.number, reason=reason)


def possible(case: Case) -> tuple[Act, ...]:
    """Return what there is to be done now; where nobody is checked nothing need come before."""
    acts = BY_STAGE[case.stage]
    if not people.has_accounts(case.register) and case.stage in (Stage.MEASURED, Stage.REVIEWED):
        return (*acts, Act.ISSUE)
    return acts


def may(case: Case, say: Speech) -> tuple[May, ...]:
    """Return for each act whether whoever sits here may do it."""
    return tuple(_may(case, act, say) for act in possible(case))


def _may(case: Case, act: Act, say: Speech) -> May:
    try:
        _ask(case, act)
    except StationError as refusal:
        for why_not, way_out in _known(case, act, say):
            return May(act, why_not, say(way_out))
        return May(act, refusal.told(say))
    return May(act)


REASON = "?"
"""Stands for the reason that is not yet given."""


def _ask(case: Case, act: Act) -> None:
    """Raise what would be refused."""
    match act:
        case Act.ACCEPT | Act.RETURN:
            case.review(accepted=act is Act.ACCEPT, reason=REASON)
        case Act.APPROVE:
            case.approval("")
        case Act.ISSUE:
            lives.refuse_issue(
                case.register, case.by, case.dut, case.work, case.on, otherwise=False
            )
        case Act.AMEND | Act.REPLACE:
            entry = e.Approved(by=case.by, run=case.work.run, dut=case.dut, reason=REASON)
            lives.amendment(case.register, entry, case.work, case.on, amends=case.number)
        case Act.WITHDRAW:
            case.withdrawal(REASON)


def _known(case: Case, act: Act, say: Speech) -> Iterator[tuple[str, str]]:
    """Yield why an act is refused, in the reader's words, in the order in which it is looked at."""
    register, by = case.register, case.by
    roles = (ROLE[act],) if act in ROLE else lives.ISSUERS
    if _refused(lambda: people.account(register, by)):
        yield say("{by} has no account in this store.").format(by=by), SOMEBODY_ELSE
    if _refused(lambda: people.need(register, by, *roles)):
        named = say(ROLES[roles[0]])
        text = say("{by} has not the role {role}.").format(by=by, role=named)
        yield text, SOMEBODY_ELSE
    if act in (Act.ISSUE, Act.WITHDRAW):
        return
    method = case.work.procedure
    if _refused(lambda: people.need_for(register, by, method, case.on, *roles)):
        text = say("{by} is not authorised for {method} on this day.")
        yield text.format(by=by, method=method), ADMINISTRATOR
    if _refused(lambda: work.refuse_measurer(register, by, case.work, "do")):
        yield (
            say("{by} took part in measuring: another person must do it.").format(by=by),
            (SOMEBODY_ELSE),
        )
    if act in (Act.APPROVE, Act.AMEND, Act.REPLACE) and _refused(
        lambda: work.refuse_overrider(register, by, case.work)
    ):
        text = say("{by} decided that a refused standard may be used: another approver must do it.")
        yield text.format(by=by), SOMEBODY_ELSE


def _refused(ask: Callable[[], object]) -> bool:
    with suppress(StationError):
        ask()
        return False
    return True
