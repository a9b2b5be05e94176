"""The head of the page: what it is, how it stands until when, what stands against it."""

from collections.abc import Iterator

from rich.text import Text

from station.register.equipment_standing import due_of
from station.tui.equipment.known import Known
from station.tui.equipment.seen import style_of
from station.tui.equipment.views import VIEWS
from station.tui.equipment.words import RULES, by_keys
from station.tui.parts.words import Speech

MOST_AGAINST = 2
"""How many things that stand against its use are told at once."""


def titles(at: int, say: Speech) -> Text:
    """Return the line of views, the one that is shown marked."""
    text = Text(no_wrap=True, overflow="ellipsis")
    for number, (title, _) in enumerate(VIEWS):
        here = number == at
        text.append(f"{'▸' if here else ' '}{say(title)} ", "bold reverse" if here else "")
    return text


def head(known: Known, say: Speech) -> Text:
    """Return what it is, how it stands until when, and what stands against it."""
    said, line = known.equipment.entered, known.line
    text = Text()
    text.append(said.equipment, "bold").append(f"   {said.maker} {said.type}   {said.serial}")
    text.append(f"   {said.title}" if said.title else "")
    text.append(f"   {say('place')}: {said.location}" if said.location else "")
    text.append("\n").append(say(line.how.value), style_of(line.how))
    text.append("".join(f"   {part}" for part in _days(known, say)))
    for each in known.against[:MOST_AGAINST]:
        lifted = each.override
        mark = "✓" if lifted else "✗"
        text.append(f"\n{mark} {by_keys(each.why.told(say), say)}")
        if lifted:
            allowed = say("allowed by {by} until {until}: {reason}")
            told = allowed.format(by=lifted.by, until=lifted.until, reason=lifted.reason)
            text.append(f"\n  {told}")
    for check in known.checks:
        if check.signalled:
            rules = "; ".join(say(RULES[rule]) for rule in check.signalled)
            told = say("the control chart signals: {rules}. Find out what it touches.")
            text.append(f"\n✗ {told.format(rules=rules)}")
    return text


def _days(known: Known, say: Speech) -> Iterator[str]:
    """Yield until when it may be used, by which certificate, and when it is checked next."""
    used, last = known.equipment.in_use, due_of(known.equipment)
    if last is not None and not known.equipment.retired:
        left = (last - known.today).days
        late = say("{days} days late") if left < 0 else say("{days} days left")
        yield f"{say('Use until')} {last} ({late.format(days=abs(left))})"
    if used is not None:
        yield used.number
    for each in known.checks[:1]:
        told = say("check by {due}, every {days} days")
        yield told.format(due=each.due, days=each.plan.every_days)
