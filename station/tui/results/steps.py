"""What is to be done next with a result, in which role, and whether whoever asks has it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from station.errors import Refused
from station.locale import N_
from station.register import entries as e
from station.register.lives import ISSUERS, Stage
from station.register.people import has_accounts, need, need_for
from station.register.state import Register


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its word, and the role of whose it is; None is anybody who may issue."""

    word: str
    role: e.Role | None = None


ISSUE = Step(N_("issue"))

STEP = {
    Stage.MEASURED: Step(N_("review"), e.Role.REVIEWER),
    Stage.RETURNED: Step(N_("measure"), e.Role.TECHNICIAN),
    Stage.REVIEWED: Step(N_("approve"), e.Role.APPROVER),
    Stage.APPROVED: ISSUE,
}


def step(register: Register, stage: Stage) -> Step | None:
    """Return what is to be done at a stage, None where all is done.

    Where nobody is checked, nothing need come before the certificate.
    """
    if not has_accounts(register) and stage in (Stage.MEASURED, Stage.REVIEWED):
        return ISSUE
    return STEP.get(stage)


def able(register: Register, role: e.Role, procedure: str, on: date) -> tuple[str, ...]:
    """Return the logins of all who have a role and are authorised for a procedure on a day."""
    logins = []
    for login in sorted(register.people):
        with suppress(Refused):
            need_for(register, login, procedure, on, role)
            logins.append(login)
    return tuple(logins)


def falls_to(
    by: str, register: Register, step: Step | None, *, procedure: str, operator: str, on: date
) -> bool:
    """Return whether a step can be done by `by`; who else measured is looked at when it is done."""
    if step is None:
        return False
    person = register.people.get(by)
    deciding = step.role in (e.Role.REVIEWER, e.Role.APPROVER)
    if deciding and operator in (by, person.name if person else by):
        return not has_accounts(register)
    with suppress(Refused):
        if step.role is None:
            need(register, by, *ISSUERS)
        else:
            need_for(register, by, procedure, on, step.role)
        return True
    return False
