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


class Probe:
    """One resistance thermometer with its own coefficients.

    Attributes:
        curve: its true characteristic, without self-heating.
    """

    revision = 0

    def __init__(self, kind: Kind, name: str, world: World, stated: Constants) -> None:
        check(kind, stated)
        self.curve: Curve = kind.characteristic(generator(world.seed, name, "constants"), stated)
        self._kind, self._tip = kind, Tip(name, world, kind.time_constant)
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

    def celsius(self, instant: float) -> float:
        """Return the true temperature (°C) of the tip without current, at `instant` (s)."""
        return self._tip.celsius(instant)

    def ohms(self, instant: float) -> float:
        """Return the resistance (Ω) without current at `instant` (s)."""
        return self.curve.ohms(self.celsius(instant))

    def heating(self, instant: float) -> float:
        """Return the rise (Ω/A²) of the resistance with the square of the current."""
        celsius = self.celsius(instant)
        return slope(self.curve, celsius) * self._kind.kelvin_per_watt * self.curve.ohms(celsius)


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
