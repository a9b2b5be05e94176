"""The physics of a multimeter: from what hangs at its inputs to an indication.

Noise of a reading is taken as 0.3 of the published resolution factor, rms, and the converter's
step as a tenth of it: both are choices, no specification.
"""

from dataclasses import dataclass
from math import copysign, hypot, sqrt

from simulators.multimeter.inputs import Input, Inputs
from simulators.multimeter.range_errors import RangeErrors
from simulators.multimeter.setup import Setup, initial_setups
from simulators.multimeter.specification import (
    AC,
    COUNTED,
    FIXED,
    LINE_HERTZ,
    OHMS,
    Measurand,
    Specification,
)
from simulators.physics.functions import Function
from simulators.physics.noise import generator, standard_normals
from simulators.physics.true_error import Errors, TrueError
from simulators.world import REFERENCE_CELSIUS, World

OVERLOAD = 9.9e37
NOISE_SHARE = 0.3
STEP_SHARE = 0.1
AC_RESOLUTION = 1e-5  # of range
GATE_RESOLUTION = 1e-8  # relative, in one second of gate
DOWN_RANGE = 0.1  # autorange goes down below this part of the range (from memory, unverified)
FREQUENCY_SENSITIVITY = 1e-3  # least rms input (V) that the counter notices
SHUNT_OHMS = 0.1  # of the current inputs, whatever the range: a choice


@dataclass(frozen=True, slots=True)
class Timing:
    """When a reading that begins at 0 s looks at its input (`middle`) and is done (`total`)."""

    middle: float
    total: float


@dataclass(frozen=True, slots=True)
class _Chain:
    """A reading made ready: all that does not change from one to the next."""

    world_revision: int
    input: Input
    error: TrueError
    kelvin: float
    noise: float
    step: float
    limit: float
    reference: float
    rms: bool


class Multimeter:
    """One multimeter with its own errors."""

    def __init__(
        self, specification: Specification, name: str, world: World, errors: Errors
    ) -> None:
        self.specification = specification
        self.measurand = Measurand.DC_VOLTAGE
        self.setups = initial_setups(specification)
        self._world = world
        self._errors = RangeErrors(specification, name, world.seed, errors)
        self._inputs = Inputs(name, world, specification)
        self._noise = standard_normals(generator(world.seed, name, "noise"))
        self._chain: _Chain | None = None
        shunted = (*specification.current_inputs.values(), "LO")
        world.install(name, specification.terminals, things=dict.fromkeys(shunted, self))

    @property
    def shunt_ohms(self) -> float:
        """What its current inputs put across a source (Ω)."""
        return SHUNT_OHMS

    @property
    def setup(self) -> Setup:
        """How the present function is set."""
        return self.setups[self.measurand]

    def ranges(self, measurand: Measurand) -> tuple[float, ...]:
        """Return the ranges (V, A or Ω) of `measurand`, smallest first."""
        return self.specification.ranges(measurand)

    def reset(self) -> None:
        """Set every function as `*RST` does."""
        self.measurand = Measurand.DC_VOLTAGE
        self.setups.update(initial_setups(self.specification))
        self.revise()

    def revise(self) -> None:
        """Forget what was made ready; call after any change of a setting."""
        self._chain = None

    def read(self, instant: float) -> float:
        """Return one indication (V, A, Ω, Hz or s) at `instant` (s); ±9.9E37 is overload."""
        chain = self._chain
        if (
            chain is None
            or chain.world_revision != self._world.revision
            or (
                chain.input.source is not None
                and chain.input.source.revision != chain.input.source_revision
            )
        ):
            chain = self._prepare()
        seen = chain.input
        if seen.overload:
            return OVERLOAD
        level = seen.level(instant)
        setup = self.setups[self.measurand]
        if setup.auto_range and self._change_range(setup, level, chain.limit):
            return self.read(instant)
        if self.measurand in COUNTED:
            return self._count(chain, level)
        error = chain.error.of(level, kelvin=chain.kelvin, seconds=instant - self._world.began)
        value = level + error + chain.noise * next(self._noise)
        if abs(value) > chain.limit:
            return copysign(OVERLOAD, level)
        if chain.rms:
            value = abs(value)
        value = round((value - chain.reference) / chain.step) * chain.step
        return value if seen.convert is None else seen.convert(value, instant)

    def timing(self) -> Timing:
        """Return when a reading with the present settings is taken and done."""
        measurand, setup, settling = self.measurand, self.setup, self.settling()
        aperture = setup.line_cycles / LINE_HERTZ
        if measurand in AC:
            aperture = 1.0 / LINE_HERTZ
        if measurand in COUNTED:
            aperture = setup.gate_seconds
        readings = setup.averages if setup.repeats else 1
        zeroed = setup.auto_zero and measurand not in (*AC, *COUNTED)
        each = aperture * (1.0 + self.specification.zero_share if zeroed else 1.0)
        return Timing(settling + aperture / 2, settling + each * readings)

    def settling(self) -> float:
        """Return the automatic trigger delay (s) of the present function and range."""
        settling = self.specification.settling
        if self.measurand in (*AC, *COUNTED):
            return settling.filters[self.setup.filter_hertz]
        if self.measurand in OHMS:
            return settling.ohms.get(self.setup.range_, settling.dc)
        return settling.dc

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error of indication (V, A, Ω or Hz) at `value`, 23 °C and the clock's zero."""
        return self._errors.of(function, range_, hertz).of(value)

    def error_in_room(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error of indication (V, A, Ω or Hz) at `value` and the room's temperature."""
        kelvin = self._world.air.celsius - REFERENCE_CELSIUS
        return self._errors.of(function, range_, hertz).of(value, kelvin=kelvin)

    def _prepare(self) -> _Chain:
        measurand, setup, specification = self.measurand, self.setup, self.specification
        load = specification.loading.ohms(
            measurand, setup.range_, high_impedance=setup.high_impedance
        )
        seen = self._inputs.of(measurand, setup.range_, load)
        error = self._errors.of(specification.error_of(measurand), setup.range_, seen.hertz)
        part = AC_RESOLUTION if measurand in AC else specification.resolution(setup.line_cycles)
        if measurand is Measurand.CAPACITANCE:
            part = specification.capacitance_resolution
        step = STEP_SHARE * part * setup.range_
        if setup.digits is not None:
            step = max(step, setup.range_ * 10.0 ** (1 - setup.digits))
        noise = hypot(NOISE_SHARE * part * setup.range_, seen.noise) / sqrt(setup.averages)
        self._chain = _Chain(
            world_revision=self._world.revision,
            input=seen,
            error=error,
            kelvin=self._world.air.celsius - REFERENCE_CELSIUS,
            noise=noise,
            step=step,
            limit=specification.top(measurand, setup.range_),
            reference=setup.reference if setup.referenced else 0.0,
            rms=measurand in AC,
        )
        return self._chain

    def _change_range(self, setup: Setup, level: float, limit: float) -> bool:
        """Go to the range that `level` asks for; return whether that is another one."""
        size = abs(level)
        over = self.specification.over_range
        # A capacitance may be shown far beyond its range, where a person holds that.
        most = over * setup.range_ if self.measurand is Measurand.CAPACITANCE else limit
        if DOWN_RANGE * setup.range_ <= size <= most:
            return False
        if self.measurand in FIXED:
            return False
        ranges = self.ranges(self.measurand)
        wanted = next((one for one in ranges if size <= over * one), ranges[-1])
        if wanted == setup.range_:
            return False
        setup.range_ = wanted
        self.revise()
        return True

    def _count(self, chain: _Chain, level: float) -> float:
        """Return the frequency (Hz) or period (s); 0 when there is nothing to count."""
        hertz = chain.input.hertz
        if level < FREQUENCY_SENSITIVITY or hertz == 0.0:
            return 0.0
        scatter = GATE_RESOLUTION / self.setup.gate_seconds * next(self._noise)
        counted = hertz + chain.error.of(hertz, kelvin=chain.kelvin) + hertz * scatter
        shown = counted if self.measurand is Measurand.FREQUENCY else 1.0 / counted
        return shown - chain.reference
