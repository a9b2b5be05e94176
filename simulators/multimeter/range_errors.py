"""The true errors of every range and band of one multimeter."""

from dataclasses import replace

from simulators.multimeter.specification import Specification
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.physics.true_error import Errors, TrueError, drawn, with_settings

EDGE = 1e-9  # what is stated as the end of a range belongs to it


class RangeErrors:
    """Drawn when first needed, from the published accuracy; always the same ones afterwards."""

    def __init__(self, specification: Specification, name: str, seed: int, errors: Errors) -> None:
        self._specification, self._name, self._seed = specification, name, seed
        self._errors = errors
        self._drawn: dict[tuple[Function, float, float], TrueError] = {}

    def of(self, function: Function, range_: float, hertz: float) -> TrueError:
        """Return the errors of one range (V, A, Ω or F) and the band of `hertz` (Hz)."""
        range_ = self._holding(function, range_)
        band = self._specification.band(function, range_, hertz)
        if function is Function.FREQUENCY:
            # A counter has one time base: the same relative error at every frequency.
            range_ = 0.0
            band = min(self._specification.frequency, key=lambda one: one.accuracy.reading)
        key = (function, range_, band.hertz)
        if key not in self._drawn:
            accuracy = band.accuracy
            scale = 1.0 if function is Function.FREQUENCY else range_
            error = drawn(
                generator(self._seed, self._name, "error", *map(str, key)),
                relative=accuracy.reading,
                floor=accuracy.full_scale * scale,
                full_scale=scale,
            )
            if function is Function.CAPACITANCE:
                # The accuracy is stated for a zeroed meter; what it shows with nothing connected
                # is the capacitance of its terminals and leads.
                error = replace(error, offset=0.0)
            self._drawn[key] = with_settings(error, self._errors.get(function, {}))
        return self._drawn[key]

    def _holding(self, function: Function, range_: float) -> float:
        """Return the range that is called `range_`, else the lowest one that indicates so much."""
        of = self._specification
        ranges = of.table(function)
        if range_ in ranges or function is Function.FREQUENCY:
            return range_
        tops = {each: each * of.over_range for each in ranges}
        for measurand, known in of.tops.items():
            if of.error_of(measurand) is function:
                tops |= known
        return next((each for each in ranges if range_ <= tops[each] * (1 + EDGE)), range_)
