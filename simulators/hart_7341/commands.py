"""The names of the 7341's language.

Source: Hart user's guides as digested; how many decimals a 7341 shows is from memory, unverified,
as is the form of `de`, `be` and `ts`, taken from the 9105.  The vernier adds to the set-point.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf

from simulators.clock import Clock
from simulators.language.hart import Command, Ignored, Line, Machine, chosen, number
from simulators.panel import Scalar
from simulators.physics.temperature_source import TemperatureSource

MODEL, FIRMWARE = "7341", "1.21"
VERNIER_KELVIN = 9.9999
PUBLISHED = (
    "s[etpoint] v[ernier] t[emperature] u[nits] sc[an] sr[ate] pr[opband] c[utout] po[wer] "
    "r[0] al[pha] de[lta] be[ta] ts cm[ode] sa[mple] du[plex] lf[eed] *ver[sion] h[elp] all"
)


@dataclass(slots=True)
class Settings:
    """What the bath keeps and the physics does not need.

    Attributes:
        set_point: (°C) without the vernier.
        vernier: (K).
        fahrenheit: unit of what is shown.
        scanning: whether the scan rate bounds the speed.
        scan_rate: (K/min).
        resets_itself: whether a cut-out ends when the bath has cooled down.
    """

    set_point: float = 25.0
    vernier: float = 0.0
    fahrenheit: bool = False
    scanning: bool = False
    scan_rate: float = 10.0
    resets_itself: bool = False

    @property
    def unit(self) -> str:
        """Letter of the unit."""
        return "F" if self.fahrenheit else "C"

    @property
    def degree(self) -> float:
        """How many of the unit's degrees a kelvin is."""
        return 1.8 if self.fahrenheit else 1.0

    def shown(self, celsius: float) -> float:
        """Return `celsius` (°C) in the unit."""
        return celsius * 1.8 + 32.0 if self.fahrenheit else celsius

    def celsius(self, value: float) -> float:
        """Return a temperature of the unit in °C."""
        return (value - 32.0) / 1.8 if self.fahrenheit else value


class BathControl:
    """The bath's controller: names to be told and asked, acting on the physics."""

    def __init__(self, bath: TemperatureSource, clock: Clock) -> None:
        self.bath, self._clock = bath, clock
        self.settings = Settings()
        self._numbers = {
            "proportional": 15.9, "r0": 100.578, "alpha": 0.0038573, "delta": 1.46126,
            "beta": 0.342, "stability": 0.5,
        }  # fmt: skip

    def machine(self) -> Machine:
        """Return the panel's commands and displays."""
        return Machine(tuple(self._commands()), self._sample, self._wake, self._shown)

    @property
    def _now(self) -> float:
        return self._clock.monotonic()

    def _wake(self) -> None:
        """Go on with the set-point that was kept."""

    def _shown(self) -> Mapping[str, Scalar]:
        return {
            "temperature": round(self.bath.indicated(self._now), 2),
            "set_point": self.settings.set_point,
            "cut_out": self.bath.tripped(self._now),
        }

    def _sample(self, instant: float) -> str:
        return f"t: {self.settings.shown(self.bath.indicated(instant)):.2f} {self.settings.unit}"

    def _temperature(self, text: str, low: float, high: float) -> float:
        """Return `text`, in the present unit, in °C when it is from `low` to `high` (°C)."""
        celsius = self.settings.celsius(number(text, -inf, inf))
        if not low <= celsius <= high:
            raise Ignored
        return celsius

    def _ask(self, *, cut_out: float | None = None) -> None:
        settings, old = self.settings, self.bath.control
        control = replace(
            old,
            set_point=settings.set_point + settings.vernier,
            rate=settings.scan_rate if settings.scanning else inf,
            cut_out=old.cut_out if cut_out is None else cut_out,
        )
        if control != old:
            self.bath.ask(control, self._now)

    def _commands(self) -> Iterator[Command]:
        yield from self._temperatures()
        yield from self._scan()
        yield from self._cut_out()
        yield from self._parameters()

    def _temperatures(self) -> Iterator[Command]:
        settings, character = self.settings, self.bath.character

        def set_point(text: str) -> None:
            settings.set_point = self._temperature(text, character.low, character.high)
            self._ask()

        def vernier(text: str) -> None:
            settings.vernier = number(text, -VERNIER_KELVIN, VERNIER_KELVIN) / self.settings.degree
            self._ask()

        def unit(text: str) -> None:
            settings.fahrenheit = chosen(text, c=False, f=True)

        def shown_set_point() -> str:
            return f"set: {self.settings.shown(settings.set_point):.2f} {self.settings.unit}"

        yield Command("s[etpoint]", shown_set_point, set_point)
        yield Command("v[ernier]", lambda: f"v: {settings.vernier * settings.degree:.5f}", vernier)
        yield Command("t[emperature]", lambda: self._sample(self._now))
        yield Command("u[nits]", lambda: f"u: {self.settings.unit.lower()}", unit)

    def _scan(self) -> Iterator[Command]:
        settings = self.settings

        def scan(text: str) -> None:
            settings.scanning = chosen(text, on=True, off=False)
            self._ask()

        def rate(text: str) -> None:
            settings.scan_rate = number(text, 0.1, 500.0) / self.settings.degree
            self._ask()

        def shown_rate() -> str:
            return f"srat:{settings.scan_rate * self.settings.degree:.1f} {self.settings.unit}/min"

        yield Command("sc[an]", lambda: f"scan:{'ON' if settings.scanning else 'OFF'}", scan)
        yield Command("sr[ate]", shown_rate, rate)

    def _cut_out(self) -> Iterator[Command]:
        settings, bath = self.settings, self.bath

        def cut_out(text: str) -> None:
            if text == "r" or text == "reset":
                self._restart()
                return
            self._ask(cut_out=self._temperature(text, bath.character.low, 200.0))

        def shown() -> str:
            if settings.resets_itself:
                self._restart()
            state = "out" if bath.tripped(self._now) else "in"
            return f"c: {settings.shown(bath.control.cut_out):.0f} {settings.unit}, {state}"

        def shown_mode() -> str:
            return f"cm:{'AUTO' if settings.resets_itself else 'RESET'}"

        def mode(text: str) -> None:
            settings.resets_itself = chosen(text, auto=True, reset=False)

        yield Command("c[utout]", shown, cut_out)
        yield Command("cm[ode]", shown_mode, mode)

    def _restart(self) -> None:
        """Work again after a cut-out, when the bath has cooled down."""
        self.bath.reset_cut_out(self._now)
        if not self.bath.control.on:
            self.bath.ask(replace(self.bath.control, on=True), self._now)

    def _parameters(self) -> Iterator[Command]:
        yield Command("po[wer]", lambda: f"po: {self.bath.power(self._now):.0f}")
        yield self._kept("pr[opband]", "proportional", "pb: {:.1f}", 0.1, 100.0)
        yield self._kept("r[0]", "r0", "r0: {:.3f}", 98.0, 104.9)
        yield self._kept("al[pha]", "alpha", "al:{:.7f}", 0.0037, 0.00399)
        yield self._kept("de[lta]", "delta", "de:{:.5f}", 0.0, 2.9)
        yield self._kept("be[ta]", "beta", "be: {:.3f}", -100.0, 100.0)
        yield self._kept("ts", "stability", "ts:{:.1f}", 0.01, 4.99)
        yield Command("*ver[sion]", lambda: f"ver.{MODEL},{FIRMWARE}")
        yield Command("h[elp]", lambda: PUBLISHED.replace(" ", "\n"))
        yield Command("all", self._everything)

    def _kept(self, notation: str, name: str, form: str, low: float, high: float) -> Command:
        def keep(text: str) -> None:
            self._numbers[name] = number(text, low, high)

        return Command(notation, lambda: form.format(self._numbers[name]), keep)

    def _everything(self) -> str:
        asked = (one.ask for one in self._commands() if one.notation not in ("h[elp]", "all"))
        return "\n".join(ask() for ask in asked if ask is not None)


def line() -> Line:
    """Return the serial line as delivered.

    Half duplex is a choice: the public client of this model needs it, and several models are
    delivered with full duplex.
    """
    return Line(full_duplex=False, linefeed=True)
