"""What is asked before something is done with a result; what then does it is returned."""

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App

from station.locale import N_
from station.tui.desk import Desk
from station.tui.parts.errand import errand
from station.tui.results import doors
from station.tui.results.acts import Act
from station.tui.results.dialogs import DecisionDialog
from station.tui.results.issuing import IssueDialog
from station.tui.results.seen import ResultSeen

QUESTIONS = {
    Act.ACCEPT: N_("Accept these results?"),
    Act.RETURN: N_("Return these results? Somebody measures anew, or reviews again."),
    Act.APPROVE: N_("Approve the certificate? It may be issued then."),
    Act.WITHDRAW: N_("Withdraw certificate {number}? It is no longer valid then, for good."),
}
REASONED = (Act.RETURN, Act.WITHDRAW)
"""Acts that need a reason."""

Write = Callable[[], str]
"""Does it, may block, and returns what to tell."""


async def asked(app: App[Any], desk: Desk, seen: ResultSeen, act: Act) -> Write | None:
    """Return what does an act, None where it was left; to be called in a worker.

    Raises:
        StationError: it cannot be asked for.
    """
    if act in QUESTIONS:
        return await _decision(app, desk, seen, act)
    fields = await errand(lambda: doors.asked(desk, seen))
    number, amends = seen.case.number, bool(seen.case.number)
    title = desk.say("Issue in the place of {number}") if amends else desk.say(ISSUE)
    begins = await errand(lambda: doors.begins_with(desk, seen.case))
    dialog = IssueDialog(title.format(number=number), fields, begins, desk.say, amends=amends)
    wish = await app.push_screen_wait(dialog)
    return None if wish is None else partial(doors.certified, desk, seen.case, wish)


ISSUE = N_("Issue the certificate")


async def _decision(app: App[Any], desk: Desk, seen: ResultSeen, act: Act) -> Write | None:
    question = desk.say(QUESTIONS[act]).format(number=seen.case.number)
    items = 1 if act is Act.WITHDRAW else len(seen.duts)
    dialog = DecisionDialog(question, desk.say, needs_reason=act in REASONED, items=items)
    decision = await app.push_screen_wait(dialog)
    if decision is None:
        return None
    return partial(doors.decided, desk, seen, act, decision.reason, whole=decision.whole)
