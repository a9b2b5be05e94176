"""The person at the bench, as the drivers of instruments without an interface know them.

What they read is entered, looked at a second time where it is doubtful, and can be corrected
until the point is closed; each of these is an entry of the journal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import isinf
from typing import Any

from drivers.capabilities import Reading
from drivers.errors import Overload
from drivers.person import Doing, Sought
from station.evidence import Taken
from station.locale import N_
from station.metrology.units import same_dimension
from station.run import entries as e
from station.run.attendance import BeginAnew
from station.run.operator import Seen
from station.run.plan import Phase
from station.run.second_look import OF_VALUE, OVERLOADED, doubts, is_outlier, sure

Ask = Callable[..., str]
Wired = Callable[[Iterable[tuple[str, str]]], None]
Look = Callable[[str, str], Seen]


@dataclass(frozen=True)
class Entered:
    """One reading that a person entered: as typed, what it became, and what was asked."""

    typed: str
    sought: Sought
    reading: Reading
    about: Mapping[str, Any]


@dataclass
class Hands:
    """A `Person` (`drivers.person`) whom the engine asks through the run's prompts.

    Attributes:
        ask: puts a question and returns the checked answer.
        write: writes an entry down.
        by: returns who answered last.
        wired: tells a simulated world all connections.
        turned: tells it the position of a switch.
        look: what is seen of an indication in a simulated world; None where there are eyes.
        serials: serial numbers by role, so that nobody reads the wrong one of several.
    """

    ask: Ask
    write: Callable[[e.Entry], None]
    by: Callable[[], str]
    wired: Wired
    turned: Callable[[str, str], None]
    look: Look | None
    serials: Mapping[str, str | None]
    unit: str = ""
    expected: float | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    _hookup: tuple[tuple[str, str], ...] = ()
    _laid: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _entered: list[Entered] = field(default_factory=list)

    def connected(self, wires: Iterable[tuple[str, str]]) -> None:
        """Note that a hookup was wired and everything else was taken away."""
        self._hookup = tuple(wires)
        self._laid.clear()
        self.wired(self._hookup)

    def begin(self, unit: str, expected: float | None, limits: Mapping[str, float]) -> None:
        """Begin a point: readings in `unit` (SI symbol) should be about `expected`.

        `limits` are those of the items' errors there, ± by role, in `unit`.
        """
        self._entered.clear()
        self.unit, self.expected, self.limits = unit, expected, limits

    def read(self, sought: Sought) -> Reading:
        """Have an indication read; a doubtful entry is asked for a second time.

        Raises:
            Overload: the person says that it shows overload.
        """
        about = self._about(sought)
        typed = self._looked_at(sought, about, self.ask(e.PromptKind.READ, sought.text, **about))
        reading = _reading(sought, typed)
        self._entered.append(Entered(typed, sought, reading, about))
        return reading

    def do(self, doing: Doing) -> None:
        """Have something done, and let a simulated world do it too."""
        self.ask(e.PromptKind.CONFIRM, doing.text, about=doing.about, instrument=doing.instrument)
        if doing.wires is not None:
            # What is put on a pan or between jaws takes the place of what was there.
            taken = {there for _, there in doing.wires}
            for name, wires in self._laid.items():
                self._laid[name] = tuple(wire for wire in wires if wire[1] not in taken)
            self._laid[doing.instrument] = doing.wires
            laid = [wire for wires in self._laid.values() for wire in wires]
            self.wired((*self._hookup, *laid))
        if doing.position:
            self.turned(doing.instrument, doing.position)

    def reviewed(self, taken: tuple[Taken, ...], point: str, phase: Phase) -> tuple[Taken, ...]:
        """Return the readings of a point after the person looked at all they entered for it.

        Raises:
            BeginAnew: an entry was wrong of which something was computed already.
            Overload: an entry should have said that.
        """
        while self._entered:
            answer = self.ask(
                e.PromptKind.REVIEW,
                N_("Are these entries right?"),
                about=point,
                entered=tuple(self._named(each) for each in self._entered),
                striking=tuple(
                    number
                    for number, each in enumerate(self._entered, start=1)
                    if self._is_striking(each)
                ),
            )
            number, equals, typed = answer.partition("=")
            if not equals:
                break
            was = self._entered[int(number) - 1]
            typed = self._looked_at(was.sought, was.about, typed)
            if typed != was.typed:
                taken = self._corrected(taken, int(number), typed, point, phase)
        return taken

    def named(self, role: str) -> str:
        """Return a role with the serial number of what has it."""
        return ", ".join(filter(None, (role, self.serials.get(role))))

    def _named(self, entered: Entered) -> str:
        """Return an entry with whose it is, where several instruments were read."""
        shown = f"{entered.typed} {entered.sought.unit}"
        role = entered.sought.instrument
        if len({each.sought.instrument for each in self._entered}) == 1:
            return shown
        return f"{self.named(role)}: {shown}"

    def _corrected(
        self, taken: tuple[Taken, ...], number: int, typed: str, point: str, phase: Phase
    ) -> tuple[Taken, ...]:
        was = self._entered[number - 1]
        reading = _reading(was.sought, typed)
        self._entered[number - 1] = replace(was, typed=typed, reading=reading)
        self.write(
            e.Corrected(
                point=point, phase=phase, number=number, was=was.typed, value=typed, by=self.by()
            )
        )
        # The same object, not an equal one: two readings are often alike.
        if not any(each.reading is was.reading for each in taken):
            # Something was computed of it before it came here.
            raise BeginAnew
        return tuple(
            replace(each, reading=reading) if each.reading is was.reading else each
            for each in taken
        )

    def _about(self, sought: Sought) -> dict[str, Any]:
        return {
            "about": ", ".join(filter(None, (self.serials.get(sought.instrument), sought.about))),
            "instrument": sought.instrument,
            "quantity": sought.quantity,
            "unit": sought.unit,
            "factor": sought.factor,
            "resolution": sought.resolution,
            "expected": self._expected_in(sought),
            "seen": self._seen(sought),
        }

    def _looked_at(self, sought: Sought, about: Mapping[str, Any], typed: str) -> str:
        """Return an entry after a second look where it is doubtful."""
        return sure(
            typed,
            lambda typed: self._doubts(sought, about, typed),
            lambda typed, found: self.ask(
                e.PromptKind.READ, sought.text, **about, doubted=typed, doubts=found
            ),
        )

    def _doubts(self, sought: Sought, about: Mapping[str, Any], typed: str) -> tuple[str, ...]:
        wants = e.PromptKind.READ
        prompt = e.Prompted(prompt=0, wants=wants, text="", **about, **_within(sought))
        limit = self.limits.get(sought.instrument)
        return doubts(prompt, typed, None if limit is None else limit / sought.factor)

    def _is_striking(self, entered: Entered) -> bool:
        """Tell whether an entry is far from what is expected, or from the others of its kind."""
        sought = entered.sought
        if OF_VALUE & {*self._doubts(sought, entered.about, entered.typed)}:
            return True
        alike = [each.typed for each in self._entered if each.sought == sought]
        return is_outlier(entered.typed, alike, sought.resolution)

    def _seen(self, sought: Sought) -> str:
        """Return what a display shows, or where a pointer stands as far as can be told apart."""
        if self.look is None:
            return ""
        sight = self.look(sought.instrument, sought.quantity)
        if isinf(sight.value):
            return OVERLOADED
        shown, step = sight.value / sought.factor, sought.resolution
        if sight.analogue:
            shown = round(shown / step) * step + 0.0
        place = int(Decimal(repr(step)).normalize().as_tuple().exponent)
        return f"{shown:.{max(-place, 0)}f} {sought.unit}"

    def _expected_in(self, sought: Sought) -> float | None:
        if sought.limits is not None or self.expected is None:
            return None
        if not same_dimension(sought.unit, self.unit):
            return None
        return self.expected / sought.factor


def _within(sought: Sought) -> Mapping[str, Any]:
    """Return the limits beyond which an entry is doubted; none may keep it from being made."""
    if sought.limits is None:
        return {}
    low, high = sought.limits
    return {"low": low / sought.factor, "high": high / sought.factor}


def _reading(sought: Sought, typed: str) -> Reading:
    if typed == OVERLOADED:
        raise Overload(sought.instrument, sought.text, typed, "It is beyond its range")
    return Reading(float(typed) * sought.factor, f"{typed} {sought.unit}")
