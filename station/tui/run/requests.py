"""What an operator can ask of a run, or why not: what is sent, and what is asked before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from textual.screen import ModalScreen

from station.locale import N_
from station.run.inbox import Command, GoOn, Note, Pause, Remove, Skip, Void
from station.run.state import RunState, Status
from station.tui.desk import Desk
from station.tui.parts.dialogs import ReasonDialog
from station.tui.parts.words import Speech, item_of, point_name
from station.tui.run.look import Planned, is_left
from station.tui.run.note import NoteDialog
from station.tui.run.points import Selected
from station.tui.runs.watch import RunSeen

LEAVE_OUT = N_("Leave this point out? The item then passes no more; the certificate says why.")

TOO_LATE = N_("Nothing was left out: that point was done with meanwhile. v measures it again.")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run.

    Attributes:
        word: says that it was sent.
        command: makes the command of what the dialog gave.
        dialog: asks for what is missing; None where nothing is.
        too_late: returns why it is nothing any more once the dialog is closed, or None.
    """

    word: str
    command: Callable[[Any], Command]
    dialog: ModalScreen[Any] | None = None
    too_late: Callable[[RunState], str | None] = lambda state: None


Asking = Callable[[RunSeen, Selected, Desk], Request | str]
"""Makes a request of what is seen and selected; a text says why there is none."""


def pause(seen: RunSeen, _: Selected, desk: Desk) -> Request:
    """Pause, or go on."""
    if seen.state.status is Status.PAUSED:
        return Request(N_("Sent: go on."), lambda _: GoOn(by=desk.by))
    asks = seen.state.status is Status.ASKING
    word = N_("Sent: pause. It begins after the answer.") if asks else N_("Sent: pause.")
    return Request(word, lambda _: Pause(by=desk.by))


def void(_: RunSeen, selected: Selected, desk: Desk) -> Request | str:
    """Have the selected point measured again."""
    point = selected.point
    if point is None or not selected.has_result:
        return N_("That point has no result yet: there is nothing to void.")
    return Request(
        N_("Sent: void and retest."),
        lambda why: Void(point=point.id, reason=why, by=desk.by),
        _why(N_("Declare this result void and measure again?"), point, desk.say),
    )


def skip(seen: RunSeen, selected: Selected, desk: Desk) -> Request | str:
    """Have the selected point left out."""
    point, phase = selected.point, seen.state.phase
    if point is None or not selected.is_open:
        return N_("That point has a result, or is left out: only void changes that.")

    def too_late(state: RunState) -> str | None:
        return None if state.phase is phase and is_left(point, state) else TOO_LATE

    return Request(
        N_("Sent: leave it out."),
        lambda why: Skip(point=point.id, reason=why, by=desk.by),
        _why(LEAVE_OUT, point, desk.say),
        too_late,
    )


def note(_: RunSeen, selected: Selected, desk: Desk) -> Request | str:
    """Have a remark on the selected point written down."""
    if selected.point is None:
        return N_("Choose a point: a note is about one.")

    def written(given: Note) -> Note:
        return given

    return Request(N_("Sent: the note."), written, NoteDialog(selected.point, desk.by, desk.say))


def remove(seen: RunSeen, selected: Selected, desk: Desk) -> Request | str:
    """Have the selected item taken out; the others go on."""
    dut, state = selected.dut, seen.state
    if dut is None:
        return (
            N_("Choose a result row of the item that is to be taken out.")
            if len(state.duts) > 1
            else N_("The run has only one item: abort ends it.")
        )
    if dut not in state.taking_part or len(state.taking_part) == 1:
        return N_("That item cannot be taken out: it is out already, or the last one.")
    title, serial = item_of(state.begun, dut) if state.begun else ("", "")
    question = desk.say("Take this item out of the run? The others go on.")
    return Request(
        N_("Sent: take it out."),
        lambda why: Remove(dut=dut, reason=why, by=desk.by),
        ReasonDialog(f"{question}\n{dut}  {title}  {serial}", desk.say),
    )


def _why(question: str, point: Planned, say: Speech) -> ReasonDialog:
    return ReasonDialog(f"{say(question)}\n{point_name(point, say)}", say)


REQUESTS: Mapping[str, Asking] = {
    "pause": pause,
    "void": void,
    "skip": skip,
    "note": note,
    "remove": remove,
}
"""By the names that the keys call them."""
