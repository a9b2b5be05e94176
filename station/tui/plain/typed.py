"""What a typed line asks for: an answer as it stands, a command behind a slash."""

from dataclasses import dataclass
from enum import Enum

from station.errors import BadInput
from station.locale import N_
from station.run.inbox import Abort, Command, GoOn, Note, Pause, Remove, Skip, Void
from station.run.plan import PlannedObservation, PlannedPoint
from station.run.state import RunState

HELP = N_("""\
An answer is typed as it is. Commands begin with a slash:
  /pause, /go              outputs to standby and wait; go on
  /void POINT WHY          declare a result void and measure it again
  /skip POINT WHY          leave a point out
  /note POINT TEXT         write a note down
  /remove ITEM WHY         take one of several items out
  /abort WHY               end the run for good; asks once more
  /points                  all points with their numbers and results
  /question                the open question again
  /leave                   back to the list; the run goes on
POINT is a point's number in /points.""")


class Local(Enum):
    """What is done here, not sent to the engine."""

    POINTS = "points"
    QUESTION = "question"
    LEAVE = "leave"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Answered:
    """A line that is no command: an answer to the open question."""

    text: str


Typed = Answered | Local | Command


def typed(line: str, state: RunState, by: str) -> Typed:
    """Return what a line asks for.

    Raises:
        BadInput: it is no command, or something is missing in it.
    """
    text = line.strip()
    if not text.startswith("/"):
        return Answered(text)
    word, _, rest = text[1:].partition(" ")
    word, rest = word.lower(), rest.strip()
    if word in [local.value for local in Local]:
        return Local(word)
    if word == "pause":
        return Pause(by=by)
    if word == "go":
        return GoOn(by=by)
    if word == "abort":
        return Abort(by=by, reason=rest)
    of, _, why = rest.partition(" ")
    why = why.strip()
    if word not in ("void", "skip", "note", "remove"):
        raise BadInput("There is no command /{word}. /help lists them.", word=word)
    if not (of and why):
        raise BadInput("/{word} needs what it is about and why. /help.", word=word)
    if word == "remove":
        return Remove(dut=of, reason=why, by=by)
    point = _named(of, state)
    if word == "note":
        return Note(point=point, text=why, by=by)
    if word == "void":
        return Void(point=point, reason=why, by=by)
    return Skip(point=point, reason=why, by=by)


def numbered(state: RunState) -> tuple[PlannedPoint | PlannedObservation, ...]:
    """Return what is measured and observed, in the order of its numbers, which begin at 1."""
    return (*state.points, *(state.begun.observations if state.begun else ()))


def _named(number: str, state: RunState) -> str:
    all_ = numbered(state)
    if number.isascii() and number.isdecimal() and 1 <= int(number) <= len(all_):
        return all_[int(number) - 1].id
    known = [one.id for one in all_ if one.id == number]
    if not known:
        raise BadInput(
            "There is no point {number!r}. /points lists them with their numbers.", number=number
        )
    return known[0]
