"""The line that says whether the outputs are live, and what the ambient conditions are."""

from enum import Enum

from rich.text import Text

from station.clock import ZONE, day_of
from station.locale import N_
from station.run.entries import Allowed, EnvironmentRead
from station.run.state import RunState
from station.tui.parts import numbers
from station.tui.parts.words import Speech
from station.tui.run.look import RunLook
from station.tui.run.present import high_voltage, measured_now
from station.tui.runs.watch import RunSeen

GAP = "   "


class Terminals(Enum):
    """What is known of the outputs that a run switches."""

    LIVE = N_("OUTPUTS LIVE")
    STANDBY = N_("outputs in standby")
    MAY_BE_LIVE = N_("OUTPUTS MAY BE LIVE")
    UNKNOWN = N_("OUTPUTS NOT KNOWN: look at them")
    PUT_OFF = N_("outputs: the guardian put them to standby")
    ENDED = N_("outputs: ended with the simulation")


def terminals(seen: RunSeen) -> Terminals | None:
    """Return what the journal, an engine that is heard of or not, and its guardian tell.

    An engine writes down each standby; without one since the last reading they are as it left
    them. None where nothing is known, nor needs to be.
    """
    state, word = seen.state, seen.live.guardian
    if state.unsafe or (word is not None and word.failures):
        return Terminals.MAY_BE_LIVE
    if word is not None:
        return Terminals.PUT_OFF
    if not state.outputs:
        return None
    if state.standby:
        return Terminals.STANDBY
    if seen.heard:
        return Terminals.LIVE
    # A simulated bench ended with the process that it was in.
    gone = state.begun is not None and state.begun.in_process
    return Terminals.ENDED if gone else Terminals.UNKNOWN


OFF = (Terminals.STANDBY, Terminals.PUT_OFF, Terminals.ENDED)


def strip(look: RunLook, say: Speech) -> Text:
    """Return the line; empty where nothing is known."""
    state = look.seen.state
    parts = [_outputs(look, say)]
    if state.environment:
        allowed = state.begun.environment if state.begun else ()
        parts.append(_environment(state.environment[-1], allowed, _read_at(state), say))
    return Text(GAP).join(part for part in parts if part)


def _outputs(look: RunLook, say: Speech) -> Text:
    known = terminals(look.seen)
    high = high_voltage(measured_now(look)) and known not in OFF
    words = [say(known.value)] if known else []
    if high:
        words.append(say("HIGH VOLTAGE"))
    if known in (None, *OFF) and not high:
        return Text(" ".join(words))
    # Yellow where they are as they should be while a run measures; the words say the rest.
    calm = known is Terminals.LIVE and not high
    mark, style = ("●", "reverse bold yellow") if calm else ("⚠", "reverse bold red")
    return Text(f" {mark} {' · '.join(words)} ", style)


def _read_at(state: RunState) -> str:
    """Return when the ambient conditions were read, with the day where it is another one."""
    read, now = state.environment_at, state.last_at
    if read is None or now is None:
        return ""
    today = day_of(read) == day_of(now)
    return f"{read.astimezone(ZONE):{'%H:%M' if today else '%Y-%m-%d %H:%M'}}"


def _environment(read: EnvironmentRead, allowed: tuple[Allowed, ...], at: str, say: Speech) -> Text:
    hectopascals = None if read.pascals is None else read.pascals / 100.0
    shown = (("°C", read.celsius), ("%RH", read.humidity), ("hPa", hectopascals))
    within = {each.unit: each for each in allowed}
    texts = [
        _quantity(value, unit, within.get(unit), say) for unit, value in shown if value is not None
    ]
    by = Text(f"{at} {say('by {name}').format(name=read.source)}".lstrip(), "dim")
    return Text(GAP).join((*texts, by))


def _quantity(value: float, unit: str, allowed: Allowed | None, say: Speech) -> Text:
    text = Text(f"{numbers.plain(value, say.notation, '.5g')} {unit}")
    if allowed is None:
        return text
    low, high = (numbers.plain(limit, say.notation, "g") for limit in (allowed.low, allowed.high))
    if allowed.low <= value <= allowed.high:
        return text.append(f" ({low}…{high})", "dim")
    return Text(f" ✗ {text.plain} ({low}…{high}) ", "reverse bold red")
