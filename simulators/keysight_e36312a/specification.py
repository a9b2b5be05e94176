"""What is published about the E36312A, as data.

Ratings from pymeasure/pymeasure (keysight/keysightE36312A.py), programmable to 103 % as the sibling
E3631A is.  Accuracy is that of the E364xA/E3631A family: the E36312A's own was not found.
"""

from dataclasses import dataclass

OVER_RATING = 1.03
PROTECTION_SHARE = 1.1  # greatest overvoltage protection level: from memory, unverified
SETTLE_TIME_CONSTANT = 5e-3  # s, a choice: clients wait 50 ms to 100 ms (from memory, unverified)
MEASURE_SECONDS = 0.02  # one power line cycle, a choice
SOURCE_OHMS = 2e-4  # what a load regulation of about 0.01 % comes to, a choice


@dataclass(frozen=True, slots=True)
class Accuracy:
    """±(`relative` · value + `floor`)."""

    relative: float
    floor: float


PROGRAMMED_VOLTS = Accuracy(0.05e-2, 10e-3)
PROGRAMMED_AMPERES = Accuracy(0.2e-2, 10e-3)
MEASURED_VOLTS = Accuracy(0.05e-2, 5e-3)
MEASURED_AMPERES = Accuracy(0.15e-2, 5e-3)
NOISE_SHARE = 0.02  # rms noise of a read-back, as a share of its floor: a choice


@dataclass(frozen=True, slots=True)
class Rating:
    """One output: rated voltage (V) and current (A)."""

    volts: float
    amperes: float

    @property
    def most_volts(self) -> float:
        """Greatest voltage (V) that can be set."""
        return self.volts * OVER_RATING

    @property
    def most_amperes(self) -> float:
        """Greatest current limit (A) that can be set."""
        return self.amperes * OVER_RATING

    @property
    def most_protection(self) -> float:
        """Greatest overvoltage protection level (V)."""
        return self.volts * PROTECTION_SHARE


RATINGS = {1: Rating(6.0, 5.0), 2: Rating(25.0, 1.0), 3: Rating(25.0, 1.0)}
