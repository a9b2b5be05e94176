"""What is published about the 53230A and the 53220A, as data.

Relative resolution against gate time and the default gate: 53200A family Programmer's Reference.
From memory, unverified: the accuracy of the time bases and the sensitivity of the inputs.
"""

from dataclasses import dataclass
from math import ceil, log10

LONGEST_GATE = 1000.0
DEFAULT_GATE = 0.1
SENSITIVITY_VOLTS = 20e-3  # rms
EDGE = 0.05  # a resolution given as 1.1E-6 is 1E-6
TIME_BASE_A_YEAR = 1e-6  # standard TCXO
OVEN_A_YEAR = 50e-9  # option 010
NOT_A_NUMBER = 9.91e37
TIMEOUT_SECONDS = 1.0
MOST_READINGS = 1_000_000
HIGHEST_HERTZ = 350e6  # of channels 1 and 2
CHANNELS = (1, 2)


@dataclass(frozen=True, slots=True)
class Model:
    """One of the family.

    Attributes:
        name: as it gives it.
        relative: resolution (1) with a gate of one second; it is inversely as long a gate.
        shortest_gate: (s).
        coarsest: relative resolution (1) above which the shortest gate serves.
    """

    name: str
    relative: float
    shortest_gate: float
    coarsest: float

    def gate_of(self, resolution: float) -> float:
        """Return the gate time (s) that a relative resolution asks for: a power of ten."""
        if resolution > self.coarsest:
            return self.shortest_gate
        gate = 10.0 ** ceil(log10(self.relative / resolution) - EDGE)
        return min(max(gate, self.shortest_gate), LONGEST_GATE)

    def resolution_of(self, gate: float) -> float:
        """Return the relative resolution of a gate time (s)."""
        return 10.0 ** round(log10(self.relative / gate))


MODELS = {
    "keysight-53230a": Model("53230A", 1e-11, 1e-6, 1.1e-6),
    "keysight-53220a": Model("53220A", 1e-10, 100e-6, 1.1e-6),
}
