"""The people around a run: asked for answers, obeyed in their commands."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn, assert_never

from station.clock import Clock
from station.errors import Exit, Phrase, Refused, RunAborted, StationError
from station.locale import N_
from station.run import entries as e
from station.run.attendance import BeginAnew
from station.run.inbox import Abort, Answer, Command, GoOn, Note, Pause, Remove, Skip, Void
from station.run.operator import Operator, Unusable, checked
from station.run.said import said
from station.run.state import RunState
from station.run.steps import is_open

WAIT_SECONDS = 0.05
"""How often (s of real time) a waiting engine looks for an answer."""


class Interrupted(StationError):
    """The process was told to end (SIGTERM, Ctrl-C); the run can be resumed."""

    exit = Exit.ABORTED


@dataclass
class People:
    """Where answers and commands come from, and where they are written down.

    Attributes:
        stop: set when the process is to end.
        vigil: called at every look; raises when the run must stop for another reason.
        write: writes an entry down.
        state: returns the run's present state.
        make_safe: puts the outputs to standby and writes that down.
        look: looks into the inbox.
        interrupted: returns whether the outputs went off since it was last asked.
        refusal: returns why somebody may not act in this run (any more), None where he may.
        measuring: returns the point that is measured now, "" between two points.
        heard: who answered or aborted last; at first the operator.
    """

    operator: Operator
    wall: Clock
    stop: threading.Event
    vigil: Callable[[], None]
    write: Callable[[e.Entry], None]
    state: Callable[[], RunState]
    make_safe: Callable[[], None]
    look: Callable[[], list[Command]]
    interrupted: Callable[[], bool]
    refusal: Callable[[str], Refused | None]
    measuring: Callable[[], str]
    _asked: e.Prompted | None = field(default=None, init=False)
    heard: str = field(init=False)
    _pending: deque[Command] = field(default_factory=deque, init=False)

    def __post_init__(self) -> None:
        self.heard = self.operator.name

    def ask(self, prompt: e.Prompted) -> str:
        """Put a question and return the checked answer; whoever answers first has answered.

        Raises:
            RunAborted, Interrupted: instead of an answer.
            BeginAnew: what was asked for a point need no longer be answered: the run was paused
                meanwhile, or the point is left out.
        """
        self.write(prompt)
        self._asked = prompt
        self.operator.ask(prompt)
        while True:
            for given, by in self._answers(prompt):
                try:
                    value = checked(prompt, given)
                except Unusable as unusable:
                    self.operator.withdraw(unusable)
                    continue
                self.write(e.Answered(prompt=prompt.prompt, value=value, by=by))
                self.heard, self._asked = by, None
                return value
            self.wall.sleep(WAIT_SECONDS)

    def _answers(self, prompt: e.Prompted) -> Iterator[tuple[str, str]]:
        answer = self.operator.answer()
        if answer is not None:
            if (why := self.refusal(self.operator.name)) is not None:
                # Somebody else may still answer, at a screen.
                self.operator.withdraw(Unusable("Not taken: {why}", why=why))
            else:
                yield answer, self.operator.name
        postponed: list[Command] = []
        try:
            for command in self._commands():
                if isinstance(command, Answer) and command.prompt == prompt.prompt:
                    yield command.value, command.by
                elif isinstance(command, Pause) and self.measuring():
                    # A person reads while the outputs are live.
                    self._pause(command.by)
                    self._take_back(N_("Paused: it is asked again."))
                    raise BeginAnew
                elif isinstance(command, Pause):
                    # The run waits anyway; what is asked for begins after the answer.
                    postponed.append(command)
                elif isinstance(command, GoOn):
                    postponed.clear()
                else:
                    self._carry_out(command)
        finally:
            # Also when the answer came: whoever took it looks no further.
            self._pending.extendleft(reversed(postponed))

    def obey(self) -> bool:
        """Carry out what was asked for; return whether the outputs went off meanwhile.

        Raises:
            RunAborted, Interrupted: the run is to end.
            BeginAnew: the point that is measured now is left out.
        """
        paused = False
        for command in self._commands():
            if isinstance(command, Pause):
                self._pause(command.by)
                paused = True
            else:
                self._carry_out(command)
        return self.interrupted() or paused

    def _commands(self) -> Iterator[Command]:
        """Yield what came, one by one: who takes one command leaves the others to the next."""
        self.vigil()
        if self.stop.is_set():
            begun = self.state().begun
            run = begun.run if begun else "RUN"
            raise Interrupted("The run was told to stop; `station resume {run}` goes on.", run=run)
        self._pending.extend(self.look())
        for _ in range(len(self._pending)):
            if self._pending and self._is_allowed(command := self._pending.popleft()):
                yield command

    def _is_allowed(self, command: Command) -> bool:
        """Return whether who sent `command` may; what is refused is written down.

        Whoever has got as far as the inbox may abort: that makes the bench safe.
        """
        refusal = None if isinstance(command, Abort) else self.refusal(command.by)
        if refusal is not None:
            self._decline(command, refusal)
        return refusal is None

    def _decline(self, command: Command, why: Phrase) -> None:
        self.write(e.Declined(what=_told(command), reason=str(why), by=command.by, said=said(why)))

    def _carry_out(self, command: Command) -> None:
        match command:
            case Abort():
                self.aborted(command)
            case Void():
                self._void(command)
            case Skip():
                self._skip(command)
            case Note():
                self._note(command)
            case Remove():
                self._remove(command)
            case Answer() | GoOn() | Pause():
                # Nobody waits for it (any more): somebody else was faster.
                return
            case _:
                assert_never(command)

    def aborted(self, command: Abort) -> NoReturn:
        """End the run.

        Raises:
            RunAborted: always.
        """
        self.heard = command.by
        reason = command.reason or Phrase("aborted by {by}", by=command.by)
        raise RunAborted("{reason}", reason=reason)

    def _pause(self, by: str) -> None:
        self.make_safe()
        self.write(e.PausedByPerson(by=by))
        while True:
            for command in self._commands():
                if isinstance(command, GoOn):
                    self.write(e.WentOn(by=command.by))
                    return
                self._carry_out(command)
            self.wall.sleep(WAIT_SECONDS)

    def _void(self, command: Void) -> None:
        state = self.state()
        phase = state.phase
        if (phase, command.point) in {*state.results, *state.observed, *state.skipped}:
            self.write(
                e.Voided(point=command.point, phase=phase, reason=command.reason, by=command.by)
            )
            return
        self._decline(command, Phrase("there is no result to void"))

    def _skip(self, command: Skip) -> None:
        """Write down that a point is left out; if it is measured now, that ends here."""
        state = self.state()
        if why := _not_to_skip(command, state):
            self._decline(command, why)
            return
        now = command.point == self.measuring()
        if now:
            self.make_safe()
        took_back = self._asked if now else None
        self.write(
            e.Skipped(
                point=command.point,
                phase=state.phase,
                reason=command.reason,
                by=command.by,
                took_back=took_back.prompt if took_back else None,
            )
        )
        if now:
            self._take_back(N_("That point is left out."))
            raise BeginAnew

    def _take_back(self, why: str) -> None:
        """Tell whoever was asked that an answer is no longer needed."""
        if self._asked is not None:
            self._asked = None
            self.operator.withdraw(Unusable("{why}", why=Phrase(why)))

    def _note(self, command: Note) -> None:
        state = self.state()
        if command.point in _planned(state):
            told = command.model_dump(exclude={"do"})
            self.write(e.Noted(phase=state.phase, **told))
            return
        self._decline(command, Phrase("there is no such point"))

    def _remove(self, command: Remove) -> None:
        taking_part = self.state().taking_part
        if command.dut in taking_part and len(taking_part) > 1:
            self.write(e.Removed(dut=command.dut, reason=command.reason, by=command.by))
            return
        last = command.dut in taking_part
        why = Phrase("it is the last item") if last else Phrase("no such item takes part")
        self._decline(command, why)


def _told(command: Command) -> str:
    """Return what was asked for, and of what."""
    of = command.point if isinstance(command, Void | Skip | Note) else ""
    of = command.dut if isinstance(command, Remove) else of
    return f"{command.do} {of}".rstrip()


def _planned(state: RunState) -> set[str]:
    observations = state.begun.observations if state.begun else ()
    return {one.id for one in state.points} | {one.id for one in observations}


def _not_to_skip(command: Skip, state: RunState) -> Phrase | None:
    """Return why a point cannot be left out, or None."""
    if command.point not in _planned(state):
        return Phrase("there is no such point")
    if not command.reason.strip():
        return Phrase("no reason was given")
    if not is_open(command.point, state):
        return Phrase("it has a result, or is left out already")
    return None
