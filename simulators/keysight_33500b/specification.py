"""What is published about the 33500B generators, as data.

Channels and highest frequencies: microsoft/Qcodes model files.  From memory, unverified: the
accuracies, the highest frequency of each shape, and what a reset sets.
"""

from dataclasses import dataclass
from enum import Enum
from math import sqrt


class Form(Enum):
    """A waveform; the value is its notation in manuals."""

    SINE = "SINusoid"
    SQUARE = "SQUare"
    TRIANGLE = "TRIangle"
    RAMP = "RAMP"
    PULSE = "PULSe"
    PRBS = "PRBS"
    NOISE = "NOISe"
    ARBITRARY = "ARB"
    DC = "DC"


@dataclass(frozen=True, slots=True)
class Model:
    """One of the family: number of channels, highest frequency (Hz) of a sine."""

    name: str
    channels: int
    hertz: float


MODELS = {
    "keysight-33511b": Model("33511B", 1, 20e6),
    "keysight-33521b": Model("33521B", 1, 30e6),
    "keysight-33512b": Model("33512B", 2, 20e6),
    "keysight-33522b": Model("33522B", 2, 30e6),
}

SLOW_HERTZ = 200e3  # of triangles and ramps
LEAST_HERTZ = 1e-6
OUTPUT_OHMS = 50.0
OPEN_PEAK_VOLTS = 10.0  # greatest level into an open circuit
LEAST_OPEN_VPP = 2e-3
MOST_OPEN_VPP = 20.0

# Peak to peak → rms; squares and pulses depend on their duty cycle.
RMS_OF = {
    Form.SINE: 1 / (2 * sqrt(2)),
    Form.TRIANGLE: 1 / (2 * sqrt(3)),
    Form.RAMP: 1 / (2 * sqrt(3)),
    Form.PRBS: 0.5,
    Form.NOISE: 1 / 6.6,  # crest factor of noise: a choice
    Form.DC: 0.0,
}

FREQUENCY_RELATIVE = 1e-6
AMPLITUDE_RELATIVE, AMPLITUDE_FLOOR_VPP = 0.01, 1e-3
OFFSET_RELATIVE, OFFSET_FLOOR_VOLTS = 0.01, 2e-3
FLATNESS_DECIBELS = ((100e3, 0.10), (5e6, 0.15), (20e6, 0.30), (30e6, 0.40))
SETTLE_TIME_CONSTANT = 1e-3  # s, a choice


def highest_hertz(model: Model, form: Form) -> float:
    """Return the highest frequency (Hz) of `form`."""
    return SLOW_HERTZ if form in (Form.TRIANGLE, Form.RAMP) else model.hertz
