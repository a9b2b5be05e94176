"""What is found at the end of a connection that is no electrical wire.

A connection is a pair of terminals, whatever flows: a probe in a well ("well HOLE 1", "readout
PROBE 1"), a hose ("controller OUTLET", "gauge INLET"), a weight on a pan ("100 g MASS", "balance
PAN"), a gauge block between jaws. Each party looks for what the other end offers with
`World.joined`. Everything is closed form in the instant (s) of the world's clock.
"""

from typing import Protocol, runtime_checkable

from simulators.physics.functions import Function


@runtime_checkable
class TemperaturePlace(Protocol):
    """A place of known temperature: a well, a bath."""

    def celsius(self, instant: float) -> float:
        """Return the true temperature (°C) there at `instant`."""
        ...


@runtime_checkable
class PressurePort(Protocol):
    """A port that holds a pressure."""

    def pascals(self, instant: float) -> float:
        """Return the true absolute pressure (Pa) at `instant`."""
        ...


@runtime_checkable
class PressureFollower(Protocol):
    """A port that keeps a trace of the pressures it has seen: a tube with hysteresis."""

    def follow(self, pascals: float) -> None:
        """Have the true absolute pressure (Pa) at the port: at a turn, where it is greatest."""
        ...


@runtime_checkable
class Body(Protocol):
    """A thing with mass and volume, on a pan."""

    @property
    def kilograms(self) -> float:
        """Its true mass (kg)."""
        ...

    @property
    def cubic_metres(self) -> float:
        """Its volume (m³) at 20 °C."""
        ...


@runtime_checkable
class Gap(Protocol):
    """A length that holds jaws apart."""

    def metres(self, celsius: float) -> float:
        """Return the true length (m) at the temperature `celsius` (°C)."""
        ...


@runtime_checkable
class Shunt(Protocol):
    """What a current flows through: the inputs of an ammeter, found at both of its terminals."""

    @property
    def shunt_ohms(self) -> float:
        """Its resistance (Ω)."""
        ...


@runtime_checkable
class ClimatePlace(Protocol):
    """A place in a climatic chamber."""

    def sensed(self, function: Function, lag: float, instant: float) -> float | None:
        """Return what a sensor of time constant `lag` (s) feels there (°C, %) at `instant`.

        None where the chamber does not make that quantity: it is as in the room.
        """
        ...


@runtime_checkable
class TimeBase(Protocol):
    """A frequency reference."""

    def relative_offset(self, instant: float) -> float:
        """Return (f - f0)/f0 (1) of its output at `instant`; f0 is 10 MHz."""
        ...
