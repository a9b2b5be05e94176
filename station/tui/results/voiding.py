"""A certificate number that is given to nothing, so that none is missing without a word."""

from functools import partial
from typing import Any

from textual.app import App

from station.certificate.kinds import TITLES, Kind
from station.clock import ZONE
from station.locale import N_
from station.register import book, lives, people
from station.register import entries as e
from station.tui.acting import act
from station.tui.desk import Desk
from station.tui.parts.chooser import Chooser, Offer
from station.tui.parts.errand import errand
from station.tui.results.asking import Write
from station.tui.results.dialogs import DecisionDialog

QUESTION = N_("Give number {number} to nothing? No certificate can have it then, for good.")


async def asked_number(app: App[Any], desk: Desk) -> Write | None:
    """Return what gives a number to nothing, None where it was left; to be called in a worker.

    Raises:
        StationError: whoever sits here is no approver, or the store does not answer.
    """
    offers = await errand(lambda: _next_numbers(desk))
    title = desk.say("Which number is given to nothing? The next of each kind can be.")
    number = await app.push_screen_wait(Chooser(title, offers, desk.say))
    if number is None:
        return None
    question = desk.say(QUESTION).format(number=number)
    dialog = DecisionDialog(question, desk.say, needs_reason=True, items=1)
    decision = await app.push_screen_wait(dialog)
    return None if decision is None else partial(_void, desk, number, decision.reason)


def _next_numbers(desk: Desk) -> tuple[Offer, ...]:
    register = book.read(desk.store)
    people.need(register, desk.by, e.Role.APPROVER)
    year = f"{desk.wall.now().astimezone(ZONE):%y}"
    numbers = {kind: lives.next_number(register, f"{kind.value}{year}.") for kind in Kind}
    return tuple(
        Offer(number, f"{number}  {desk.say(TITLES[kind]).capitalize()}")
        for kind, number in numbers.items()
    )


def _void(desk: Desk, number: str, reason: str) -> str:
    act(desk, lambda register: lives.voided(register, by=desk.by, number=number, reason=reason))
    return desk.say("✓ {number} is given to nothing.").format(number=number)
