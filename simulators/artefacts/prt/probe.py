"""A resistance thermometer: what its tip is in becomes what its wires show."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulators.artefacts.prt.specification import Constants, Kind, check
from simulators.physics.electrical import Output, Quantity
from simulators.physics.noise import generator
from simulators.physics.platinum import Curve, slope
from simulators.physics.tip import TIP, Tip
from simulators.world import World

TERMINALS = (TIP, "HI", "LO", "SENSE HI", "SENSE LO")
PORTS = MappingProxyType({"ENDS": ("HI", "LO"), "SENSE": ("SENSE HI", "SENSE LO")})


class Element:
    """The sensing element of one thermometer, with its own coefficients; terminal "NAME TIP".

    Attributes:
        curve: its true characteristic, without self-heating.
    """

    def __init__(self, kind: Kind, name: str, world: World, curve: Curve) -> None:
        self.curve = curve
        self._kind, self._tip = kind, Tip(name, world, kind.time_constant)

    def celsius(self, instant: float) -> float:
        """Return the true temperature (°C) of the tip without current, at `instant` (s)."""
        return self._tip.celsius(instant)

    def ohms(self, instant: float) -> float:
        """Return the resistance (Ω) without current at `instant` (s)."""
        return self.curve.ohms(self.celsius(instant))

    def heating(self, instant: float) -> float:
        """Return the rise (Ω/A²) of the resistance with the square of the current."""
        return self._heating_at(self.celsius(instant))

    def ohms_at(self, celsius: float, amperes: float) -> float:
        """Return the resistance (Ω) that a current (A) finds where the tip is at `celsius` (°C)."""
        return self.curve.ohms(celsius) + amperes**2 * self._heating_at(celsius)

    def _heating_at(self, celsius: float) -> float:
        return slope(self.curve, celsius) * self._kind.kelvin_per_watt * self.curve.ohms(celsius)


class Probe(Element):
    """One resistance thermometer with its wires, to be connected to any meter."""

    revision = 0

    def __init__(self, kind: Kind, name: str, world: World, stated: Constants) -> None:
        check(kind, stated)
        curve = kind.characteristic(generator(world.seed, name, "constants"), stated)
        super().__init__(kind, name, world, curve)
        world.install(name, TERMINALS, self)

    @property
    def ports(self) -> Mapping[str, tuple[str, str]]:
        """The two pairs of wires at the two ends of the element."""
        return PORTS

    def output(self, port: str) -> Output:
        """Return the element's resistance, which both pairs of wires find."""
        return Output(
            Quantity.RESISTANCE,
            dc=_Resistance(self),
            sense_ports=tuple(PORTS),
            heating=_Heating(self),
        )


@dataclass(frozen=True, slots=True)
class _Resistance:
    probe: Probe

    def at(self, instant: float) -> float:
        return self.probe.ohms(instant)


@dataclass(frozen=True, slots=True)
class _Heating:
    probe: Probe

    def at(self, instant: float) -> float:
        return self.probe.heating(instant)
