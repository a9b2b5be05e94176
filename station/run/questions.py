"""What the engine asks a person besides readings, and what is written down of the answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from drivers.errors import InstrumentError
from station.errors import Refused, RunAborted
from station.locale import N_
from station.procedure import EnvironmentLimits, Hookup, Inspection
from station.run import entries as e
from station.run.plan import Phase
from station.run.said import said
from station.run.second_look import doubts_of_room, sure
from station.run.steps import suits
from station.run.suspicion import Suspicion

AT_FIRST = (
    N_("Ambient temperature?"),
    N_("Relative humidity?"),
    N_("Atmospheric pressure?"),
)
AT_THE_END = (
    N_("Ambient temperature now, at the end?"),
    N_("Relative humidity now, at the end?"),
    N_("Atmospheric pressure now, at the end?"),
)
PLAUSIBLE = {"°C": (-40.0, 80.0), "%": (0.0, 100.0), "hPa": (500.0, 1150.0)}
"""Beyond them an ambient condition is not taken at all."""


@dataclass(frozen=True)
class Questions:
    """Questions of the run.

    Attributes:
        ask: puts a question and returns the checked answer.
        write: writes an entry down.
        by: returns who answered last.
        room: what the instruments of a simulated room show, by unit; empty in a real one.
    """

    ask: Callable[..., str]
    write: Callable[[e.Entry], None]
    by: Callable[[], str]
    room: Mapping[str, float] = field(default_factory=dict)

    def environment(
        self, limits: EnvironmentLimits, before: Sequence[e.EnvironmentRead], *, at_the_end: bool
    ) -> None:
        """Have the ambient conditions read; `before` is what was read of them in this run.

        Raises:
            Refused: the method does not hold under them.
        """
        celsius, humidity, pressure = AT_THE_END if at_the_end else AT_FIRST
        last = next((read for read in reversed(before) if suits(limits, read)), None)
        read = e.EnvironmentRead(
            celsius=self._condition(celsius, "°C", limits.celsius, last.celsius if last else None),
            humidity=self._condition(
                humidity, "%", limits.humidity, last.humidity if last else None
            ),
            pascals=self._pascals(pressure, limits.pascals, last),
            source=self.by(),
        )
        self.write(read)
        if not suits(limits, read):
            raise _unsuitable(limits, read)

    def connected(self, hookup: Hookup, highest_volts: float) -> tuple[e.WireDrawn, ...]:
        """Have a hookup connected and everything else taken away; return its wires."""
        wires = tuple(
            e.WireDrawn(
                from_end=f"{w.from_role} {w.from_terminal}",
                to_end=f"{w.to_role} {w.to_terminal}",
                colour=w.colour,
            )
            for w in hookup.wires
        )
        self.ask(
            e.PromptKind.CONFIRM,
            N_("Connect as drawn; remove all other connections.")
            if wires
            else N_("Make ready what is said here."),
            wires=wires,
            leads=hookup.leads,
            highest_volts=highest_volts,
        )
        return wires

    def inspect(self, dut: str, inspection: Inspection) -> None:
        """Have an inspection of an item answered."""
        about = {"about": inspection.clause, "instrument": dut}
        answer = self.ask(e.PromptKind.YES_NO, inspection.text, **about)
        if answer != "yes":
            ends = self.ask(
                e.PromptKind.YES_NO,
                N_("That ends the verification of this item. Has it failed this inspection?"),
                **about,
            )
            answer = "yes" if ends == "no" else "no"
        self.write(
            e.Inspected(
                dut=dut,
                inspection=inspection.id,
                text=inspection.text,
                clause=inspection.clause,
                passed=answer == "yes",
                by=self.by(),
            )
        )

    def stands(self, point: str, phase: Phase, suspicion: Suspicion, whose: str) -> bool:
        """Return whether readings that look like a usual mistake are kept; `whose` names items."""
        answer = self.ask(
            e.PromptKind.YES_NO,
            N_("This looks like a mistake. Does the reading stand all the same?"),
            about=": ".join(filter(None, (point, whose))),
            doubts=(suspicion.text,),
        )
        if answer == "yes":
            self.write(
                e.Suspected(point=point, phase=phase, suspicion=suspicion.text, duts=suspicion.duts)
            )
        return answer == "yes"

    def goes_on_without(self, fault: InstrumentError) -> bool:
        """Return whether the other items go on without the one that failed."""
        answer = self.ask(
            e.PromptKind.YES_NO,
            N_("One item does not work. Go on without it?"),
            about=str(fault),
            said=said(fault),
            instrument=fault.instrument,
        )
        if answer == "yes":
            by, why = self.by(), said(fault)
            self.write(e.Removed(dut=fault.instrument, reason=str(fault), by=by, said=why))
        return answer == "yes"

    def is_to_be_adjusted(self) -> bool:
        """Return whether an item that fails is to be adjusted."""
        answer = self.ask(
            e.PromptKind.YES_NO,
            N_("The item fails as found. Adjust it now, and calibrate it again?"),
        )
        if answer != "yes":
            self.write(e.AdjustDeclined(by=self.by()))
        return answer == "yes"

    def adjusted(self) -> None:
        """Have it said what became of an adjustment that was begun.

        Raises:
            RunAborted: it was not completed.
        """
        answer = self.ask(
            e.PromptKind.YES_NO,
            N_("The adjustment was interrupted. Was it completed by hand?"),
        )
        if answer != "yes":
            raise RunAborted("the adjustment was not completed")
        self.write(e.AdjustDone(by=self.by()))

    def _pascals(
        self, text: str, limits: tuple[float, float] | None, last: e.EnvironmentRead | None
    ) -> float | None:
        if limits is None:
            return None
        low, high = limits
        before = last.pascals / 100.0 if last and last.pascals else None
        return 100.0 * self._condition(text, "hPa", (low / 100.0, high / 100.0), before)

    def _condition(
        self, text: str, unit: str, limits: tuple[float, float], before: float | None
    ) -> float:
        """Return an ambient condition, looked at again where it is doubtful; `before` was last."""
        low, high = PLAUSIBLE[unit]
        seen = f"{self.room[unit]:g} {unit}" if unit in self.room else ""

        def ask(doubted: str = "", doubts: tuple[str, ...] = ()) -> str:
            return self.ask(
                e.PromptKind.NUMBER, text, unit=unit, low=low, high=high, seen=seen,
                doubted=doubted, doubts=doubts,
            )  # fmt: skip

        return float(sure(ask(), partial(doubts_of_room, limits, before), ask))


def _unsuitable(limits: EnvironmentLimits, read: e.EnvironmentRead) -> Refused:
    (cold, warm), (dry, damp) = limits.celsius, limits.humidity
    if limits.pascals is None or read.pascals is None:
        return Refused(
            "The room is at {celsius:g} °C and {humidity:g} %; the method holds from "
            "{cold:g} to {warm:g} °C and {dry:g} to {damp:g} % ({source}). Resume when it is.",
            celsius=read.celsius, humidity=read.humidity,
            cold=cold, warm=warm, dry=dry, damp=damp, source=limits.source,
        )  # fmt: skip
    low, high = limits.pascals
    return Refused(
        "The room is at {celsius:g} °C and {humidity:g} %, {pressure:g} hPa; the method holds from "
        "{cold:g} to {warm:g} °C and {dry:g} to {damp:g} %, {low:g} to {high:g} hPa ({source}). "
        "Resume when it is.",
        celsius=read.celsius, humidity=read.humidity, pressure=read.pascals / 100,
        cold=cold, warm=warm, dry=dry, damp=damp, low=low / 100, high=high / 100,
        source=limits.source,
    )  # fmt: skip
