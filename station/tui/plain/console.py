"""The plain console: a list of runs, and one run followed line by line."""

from collections.abc import Callable
from dataclasses import dataclass, field

from station.cli.common import Teller
from station.cli.telling import outcome_line
from station.errors import BadInput, Phrase, StationError
from station.locale import N_
from station.run.asking import question
from station.run.entries import Measured, Overloaded
from station.run.inbox import Abort, Answer, Command, send
from station.run.journal import read
from station.run.operator import Unusable, checked
from station.run.plan import PlannedPoint
from station.run.state import RunState, Status, fold
from station.tui.desk import Desk
from station.tui.parts.words import Speech, point_name, standing
from station.tui.plain.lines import Lines
from station.tui.plain.new_run import new_run
from station.tui.plain.typed import HELP, Answered, Local, numbered, typed
from station.tui.run.notice import deaf
from station.tui.runs.watch import RunLine, RunSeen, RunsWatch, RunWatch

LOOK_SECONDS = 0.25
"""How often (s) a run is looked at while nothing is typed."""

SHOWN_RUNS, SHOWN_LINES = 20, 5
"""How many runs are listed, and how many lines of what a run did before it was opened."""

SURE = "ABORT"


@dataclass
class PlainConsole:
    """Says what the screens show, in lines.

    Attributes:
        desk: the store, the language, who sits here.
        lines: what is typed.
        tell: prints a text.
    """

    desk: Desk
    lines: Lines
    tell: Callable[[str], None] = Teller.line

    def run(self) -> None:
        """Show the list and follow runs until the person leaves or the input ends.

        Raises:
            StoreFailed: the store does not answer.
        """
        try:
            while (chosen := self._chosen()) is not None:
                Followed(self.desk, self.lines, self.tell, chosen).follow()
        except EOFError:
            self.tell(self.desk.say("The input has ended; runs go on."))

    def _chosen(self) -> str | None:
        """Return the run that is to be followed, None to leave."""
        say = self.desk.say
        watch = RunsWatch(self.desk.store, self.desk.wall)
        while True:
            runs = watch.look()[:SHOWN_RUNS]
            self.tell(say("Calibration runs") + ":" if runs else say("No run yet."))
            for number, line in enumerate(runs, start=1):
                self.tell(f"  {number:2}  {_run_line(line, say)}")
            self.tell(
                say("Number of a run, n for a new one, Enter for the list again, q to leave:")
            )
            text = (self.lines.next(None) or "").strip()
            if text.lower() in ("q", "/leave"):
                return None
            if text.lower() == "n":
                begun = self._begun()
                if begun is not None:
                    return begun
                continue
            if text.isascii() and text.isdecimal() and 1 <= int(text) <= len(runs):
                return runs[int(text) - 1].id
            if text:
                self.tell(say("There is no run {text!r} in the list.").format(text=text))

    def _begun(self) -> str | None:
        """Return the run that was started, or None; what went wrong is told."""
        try:
            return new_run(self.desk, self.lines, self.tell)
        except StationError as error:
            self.tell(f"✗ {error.told(self.desk.say)}")
            return None


def _run_line(line: RunLine, say: Speech) -> str:
    simulated = f"[{say('SIMULATED')}]" if line.simulated else ""
    done = f"{line.done}/{line.total}" if line.total else ""
    told = (line.id, simulated, line.item, line.procedure, say(line.standing.value), done)
    return "  ".join(filter(None, told))


@dataclass
class Followed:
    """One run, told as it goes; what is typed is answered or sent."""

    desk: Desk
    lines: Lines
    tell: Callable[[str], None]
    run: str
    _asked: int = field(default=0, init=False)
    _told: str = field(default="", init=False)
    _to_abort: Abort | None = field(default=None, init=False)

    def follow(self) -> None:
        """Follow the run until the person leaves it."""
        watch = RunWatch(self.desk.store, self.run, self.desk.wall)
        journal = _Story(self.desk, self.run, self.tell)
        self.tell(self.desk.say("/help says what can be typed."))
        while True:
            try:
                journal.go_on()
                seen = watch.look()
                self._say_how(seen)
            except StationError as error:
                self._once(f"✗ {error.told(self.desk.say)}")
                seen = None
            line = self.lines.next(LOOK_SECONDS)
            if line is not None and seen is not None and self._is_left(line, seen):
                return

    def _say_how(self, seen: RunSeen) -> None:
        """Say once how the run stands, and what is asked."""
        state, say = seen.state, self.desk.say
        how = say(standing(state, alive=seen.alive).value)
        why = deaf(seen)
        self._once("  ".join(filter(None, (how, say(why) if why else ""))))
        prompt = state.prompt
        if state.status is Status.ASKING and prompt and prompt.prompt != self._asked:
            self._asked = prompt.prompt
            self.tell(question(prompt, say))

    def _once(self, text: str) -> None:
        if text != self._told:
            self._told = text
            self.tell(text)

    def _is_left(self, line: str, seen: RunSeen) -> bool:
        """Do what a line asks for; return whether the run is left."""
        try:
            asked = typed(line, seen.state, self.desk.by)
            if asked is Local.LEAVE:
                return True
            if isinstance(asked, Local):
                self._show(asked, seen.state)
            elif isinstance(asked, Answered):
                self._answer(asked.text, seen)
            else:
                self._command(asked, seen)
        except Unusable as unusable:
            self.tell(unusable.told(self.desk.say))
        except StationError as error:
            self.tell(f"✗ {error.told(self.desk.say)}")
        return False

    def _show(self, what: Local, state: RunState) -> None:
        say = self.desk.say
        if what is Local.HELP:
            self.tell(say(HELP))
        elif what is Local.QUESTION:
            self.tell(question(state.prompt, say) if state.prompt else say("Nothing is asked now."))
        else:
            for number, planned in enumerate(numbered(state), start=1):
                outcome = state.results.get((state.phase, planned.id))
                left_out = (state.phase, planned.id) in state.skipped
                told = say("left out") if left_out else ""
                if isinstance(planned, PlannedPoint) and isinstance(outcome, Measured | Overloaded):
                    told = outcome_line(outcome, planned, say)
                self.tell(f"  {number:3}  {told or point_name(planned, say)}")

    def _answer(self, text: str, seen: RunSeen) -> None:
        if self._to_abort is not None:
            command, self._to_abort = self._to_abort, None
            if text == SURE:
                self._send(command, N_("Sent: abort."))
            else:
                self.tell(self.desk.say("Not aborted."))
            return
        prompt = seen.state.prompt
        if prompt is None or seen.state.status is not Status.ASKING:
            if text:
                self.tell(self.desk.say("Nothing is asked now. /help says what can be typed."))
            return
        self._refuse_deaf(seen)
        value = checked(prompt, text)
        self._send(Answer(prompt=prompt.prompt, value=value, by=self.desk.by), N_("Answer sent."))

    def _command(self, command: Command, seen: RunSeen) -> None:
        self._refuse_deaf(seen)
        if isinstance(command, Abort):
            self._to_abort = command
            text = self.desk.say("Type {word} to end the run for good; anything else leaves it.")
            self.tell(text.format(word=SURE))
            return
        self._send(command, N_("Sent."))

    def _refuse_deaf(self, seen: RunSeen) -> None:
        why = deaf(seen)
        if why is not None:
            raise BadInput("{why}", why=Phrase(why))

    def _send(self, command: Command, word: str) -> None:
        desk = self.desk
        send(desk.store, self.run, command, desk.wall.now())
        self.tell(desk.say(word))


class _Story:
    """The lines of a journal as they come; of what was before only the last few."""

    def __init__(self, desk: Desk, run: str, tell: Callable[[str], None]) -> None:
        self._desk = desk
        self._run = run
        self._tell = tell
        self._teller = Teller(desk.say, prompts=False)
        self._state = RunState()
        self._begun = False

    def go_on(self) -> None:
        """Tell what is new.

        Raises:
            StoreFailed, Tampered: as the journal's reader says.
        """
        lines = []
        for row in read(self._desk.store, self._run, after=self._state.length - 1):
            self._state = fold(self._state, row)
            lines.append(self._teller.told(row, self._state))
        told = [line for line in lines if line]
        if not self._begun:
            # The first line says what is calibrated.
            told = [*told[:1], *told[1:][-SHOWN_LINES:]]
            self._begun = True
        for line in told:
            self._tell(line)
