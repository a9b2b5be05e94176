"""How the functions of a multimeter are set."""

from dataclasses import dataclass

from simulators.multimeter.specification import FIXED, Measurand, Specification


@dataclass(slots=True)
class Setup:
    """How one function is set: what the panel writes and the physics reads.

    Attributes:
        range_: in use (V, A, Ω; of the input voltage for frequency).
        auto_range: whether the meter looks for the range itself.
        line_cycles: integration time (power line cycles).
        auto_zero: whether each reading takes a zero too.
        high_impedance: whether the input is left open on the low dc voltage ranges.
        filter_hertz: lowest frequency (Hz) of the ac filter.
        gate_seconds: gate time (s) of the counter.
        digits: of the indication, the leading 0 or 1 included; None leaves it to the converter.
        averages: readings in the digital filter; 1 is off.
        repeats: whether the filter is filled anew for each reading, else it moves along.
        reference: taken off every reading, in the unit of the function.
        referenced: whether it is.
    """

    range_: float
    auto_range: bool = True
    line_cycles: float = 10.0
    auto_zero: bool = True
    high_impedance: bool = False
    filter_hertz: float = 20.0
    gate_seconds: float = 0.1
    digits: int | None = None
    averages: int = 1
    repeats: bool = False
    reference: float = 0.0
    referenced: bool = False


def initial_setups(specification: Specification) -> dict[Measurand, Setup]:
    """Return how each function is set after `*RST`."""
    return {
        measurand: Setup(
            range_=range_,
            auto_range=measurand not in FIXED,
            line_cycles=specification.line_cycles,
            filter_hertz=specification.filter_hertz,
            gate_seconds=specification.gate_seconds,
        )
        for measurand, range_ in specification.starting.items()
    }
