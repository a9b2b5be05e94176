"""The names of the 1502A's and 1504's language.

Source: 1502A and 1504 User's Guides, table 6 and 7.3.1 to 7.3.3; *VER and *IDN? 1502A, p. 33
(`ver.1502A,1.10`, `HART,1502A,6A1202,1.10`).  The replies to parameter names, and what an open
input shows, are from memory, unverified.  Passwords, calibration commands, the scale conversion SC
and IPTS-68 are not simulated.
"""

from collections.abc import Iterator, Mapping

from simulators.clock import Clock
from simulators.fluke_150x.readout import Readout
from simulators.language.hart import (
    DAY_SECONDS,
    Command,
    Ignored,
    Machine,
    chosen,
    number,
    seconds_of,
)
from simulators.panel import Scalar

FIRMWARE = "1.30"
MAKER = "HART"
OPEN = "-" * 8
LARGEST = 1e9
COMMANDS = "T F SA U ST CL PR R0 AL DE BE A B C D CO FI CU PS DU LF *VER *IDN? H"


class ReadoutFace:
    """A readout's panel: what is shown, in which unit, with which stamp."""

    def __init__(self, readout: Readout, serial: str, clock: Clock) -> None:
        self.readout, self.serial = readout, serial
        self.unit = "C"
        self.stamped = False
        self._power_save = 0.0
        self._clock = clock
        self._midnight = clock.monotonic()

    def machine(self) -> Machine:
        """Return the panel's commands and displays."""
        commands = (*self._measuring(), *self._characterizing(), *self._settings())
        return Machine(commands, self._sample, self._wake, self._shown)

    def _wake(self) -> None:
        """Start again with midnight on its clock; everything else is kept."""
        self._midnight = self._clock.monotonic()

    def _shown(self) -> Mapping[str, Scalar]:
        return {"reading": self._value(self._clock.monotonic()), "unit": self.unit}

    def _value(self, instant: float) -> float | None:
        ohms = self.readout.ohms(instant)
        return ohms if ohms is None or self.unit == "O" else self._degrees(ohms)

    def _degrees(self, ohms: float) -> float | None:
        celsius = self.readout.celsius(ohms)
        if celsius is None or self.unit == "C":
            return celsius
        return celsius + 273.15 if self.unit == "K" else celsius * 1.8 + 32.0

    def _sample(self, instant: float) -> str:
        value = self._value(instant)
        digits = OPEN if value is None else f"{value:8.3f}"[:8]
        stamp = f" {self._time(instant)}" if self.stamped else ""
        return f"t: {digits} {self.unit}{stamp}"

    def _time(self, instant: float) -> str:
        seconds = int((instant - self._midnight) % DAY_SECONDS)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def _measuring(self) -> Iterator[Command]:
        def latest() -> str:
            return self._sample(self._clock.monotonic())

        def value() -> str:
            shown = self._value(self._clock.monotonic())
            return OPEN if shown is None else f"{shown:.3f}"

        def unit(text: str) -> None:
            if len(text) != 1 or text not in "cfko":
                raise Ignored
            self.unit = text.upper()

        def stamp(text: str) -> None:
            self.stamped = chosen(text, on=True, off=False)

        def clock(text: str) -> None:
            self._midnight = self._clock.monotonic() - seconds_of(text)

        yield Command("t", latest)
        yield Command("f[etch?]", value)
        yield Command("fetc?", value)
        yield Command("u", lambda: f"u: {self.unit}", unit)
        yield Command("st", lambda: f"st: {'ON' if self.stamped else 'OFF'}", stamp)
        yield Command("cl", lambda: f"cl: {self._time(self._clock.monotonic())}", clock)

    def _characterizing(self) -> Iterator[Command]:
        settings, model = self.readout.settings, self.readout.model

        def choose(text: str) -> None:
            if text not in model.words:
                raise Ignored
            settings.characterization = text

        yield Command("pr", lambda: f"pr: {settings.characterization.upper()}", choose)
        for name in settings.coefficients:
            yield self._coefficient(name)
        yield Command("co", test=self._converted)

    def _converted(self, text: str) -> str:
        """Return what CO=`text` (Ω) answers: the temperature in the present unit."""
        ohms = number(text, 0.0, LARGEST)
        shown = ohms if self.unit == "O" else self._degrees(ohms)
        if shown is None:
            raise Ignored
        return f"{shown:.3f}"

    def _coefficient(self, name: str) -> Command:
        entered = self.readout.settings.coefficients

        def enter(text: str) -> None:
            entered[name] = number(text, -LARGEST, LARGEST)

        return Command(name, lambda: f"{name}: {entered[name]:.8G}", enter)

    def _settings(self) -> Iterator[Command]:
        settings, model = self.readout.settings, self.readout.model

        def filtering(text: str) -> None:
            settings.filter_seconds = number(text, 0.0, 60.0)

        def current(text: str) -> None:
            settings.milliamperes = number(text, 0.001, 2.0)

        def save(text: str) -> None:
            minutes = 0.0 if text in ("of", "off") else number(text, 0.0, 60.0)
            self._power_save = round(minutes / 5.0) * 5.0

        def who() -> str:
            return f"{MAKER},{model.name},{self.serial},{FIRMWARE}"

        yield Command("fi", lambda: f"fi: {settings.filter_seconds:g}", filtering)
        yield Command("cu", lambda: f"cu: {settings.milliamperes:g}", current)
        yield Command("ps", lambda: f"ps: {self._power_save:.0f}", save)
        yield Command("*ver", lambda: f"ver.{model.name},{FIRMWARE}")
        yield Command("*idn?", who)
        yield Command("idn?", who)
        yield Command("h", lambda: COMMANDS.replace(" ", "\n"))
