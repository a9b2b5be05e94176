"""What every screen needs, and what a screen asks of the frame."""

from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from textual.message import Message
from textual.screen import Screen

from station.clock import SystemClock
from station.records.store import Store
from station.tui.parts.words import Speech
from station.tui.settings import Memory
from station.tui.start.launch import End, Launch, Resume, end_run, launch_engine, resume_engine


@dataclass(frozen=True, slots=True)
class Desk:
    """What every screen needs.

    Attributes:
        store: the open record store.
        store_url: its address, for an engine that is started from here.
        wall: real time.
        say: puts an English text into the operator's language.
        by: who sits here; written into the journal with each answer and command.
        launch: starts an engine.
        resume: starts an engine that takes a run up again.
        end: starts a process that ends a run that has no engine.
        signed_in: whether the store has accounts and `by` has proved to be one.
        memory: what is remembered from one day to the next.
        unfinished: what was typed and could not be done, by what it was for; no password.
    """

    store: Store
    store_url: str
    wall: SystemClock
    say: Speech
    by: str
    launch: Launch = launch_engine
    resume: Resume = resume_engine
    end: End = end_run
    signed_in: bool = False
    memory: Memory = field(default_factory=Memory)
    unfinished: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def keep(self, **choices: str) -> str:
        """Remember choices; return why they cannot be kept on disk, "" where they can."""
        fault = self.memory.keep(**choices)
        return fault.told(self.say) if fault else ""


@runtime_checkable
class Page(Protocol):
    """A screen that can be made anew where it was, for whoever sits down in its language."""

    def anew(self, desk: Desk) -> Screen[Any]:
        """Return the same page at the same place for another desk."""
        ...


@dataclass
class OpenRun(Message):
    """A screen asks the frame to open a run; it bubbles up from where it is posted."""

    run: str
