"""What is published about the 53230A, as data.

Relative resolution against gate time and the default gate: 53200A family Programmer's Reference.
From memory, unverified: the accuracy of the time bases and the sensitivity of the inputs.
"""

from math import log10

# Relative resolution → gate time (s).
GATES = ((1e-14, 1000.0), (1e-13, 100.0), (1e-12, 10.0), (1e-11, 1.0), (1e-10, 0.1), (1e-9, 10e-3),
         (1e-8, 1e-3), (1e-7, 100e-6), (1e-6, 10e-6))  # fmt: skip
SHORTEST_GATE, LONGEST_GATE = 1e-6, 1000.0
DEFAULT_GATE = 0.1
RELATIVE_IN_ONE_SECOND = 1e-11
SENSITIVITY_VOLTS = 20e-3  # rms
TIME_BASE_A_YEAR = 1e-6  # standard TCXO
OVEN_A_YEAR = 50e-9  # option 010
NOT_A_NUMBER = 9.91e37
TIMEOUT_SECONDS = 1.0
MOST_READINGS = 1_000_000
HIGHEST_HERTZ = 350e6  # of channels 1 and 2
CHANNELS = (1, 2)


def gate_of(resolution: float) -> float:
    """Return the gate time (s) that a relative resolution asks for."""
    if resolution > 1.1e-6:
        return SHORTEST_GATE
    return next((gate for step, gate in GATES if resolution <= step * 1.1), SHORTEST_GATE)


def resolution_of(gate: float) -> float:
    """Return the relative resolution of a gate time (s)."""
    return 10.0 ** round(log10(RELATIVE_IN_ONE_SECOND / gate))
