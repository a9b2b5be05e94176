"""What a multimeter's inputs see, as a function of time, for each measuring function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf

from simulators.multimeter.specification import CURRENTS, Measurand, Specification
from simulators.multimeter.transducers import CELSIUS
from simulators.physics.electrical import NOTHING, Level, Output, Quantity
from simulators.physics.noise import generator
from simulators.world import Path, Source, World

PICKUP_DC_VOLTS = 20e-6  # rms of what an open 10 MΩ input catches from the room
PICKUP_AC_VOLTS = 300e-6
COMPLIANCE_VOLTS = 7.0  # of a current source that finds no way for its current
STRAY_FARADS = 2e-12  # rms of what an open input shows of hands and things near it
SHIELDED_FARADS = 0.3e-12  # the same with shielded leads connected: a choice
INPUT_FARADS = (5e-12, 25e-12)  # of a meter's own terminals and wiring: a choice
DIODE_AMPERES = 1e-3  # measuring current of a diode test

At = Callable[[float], float]

# Of several things at the inputs the one that drives decides: a load beside it does not.
_RANKS = {
    Quantity.VOLTAGE: 0, Quantity.CURRENT: 0, Quantity.RESISTANCE: 1, Quantity.CAPACITANCE: 1,
    Quantity.NOTHING: 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """What one function sees from now on, until `source` or the world changes.

    Attributes:
        level: instant (s) → level at the inputs (V, A, Ω or Hz).
        noise: rms that comes with it.
        hertz: frequency of an alternating input; 0 otherwise.
        source: the instrument that drives; None when nothing does.
        source_revision: of `source` when this was found out.
        overload: nothing the function could measure, so that it shows overload.
        convert: (value, instant) → indication, where it is not the level itself.
    """

    level: At
    noise: float = 0.0
    hertz: float = 0.0
    source: Source | None = None
    source_revision: int = 0
    overload: bool = False
    convert: Callable[[float, float], float] | None = None


def _constant(value: float) -> At:
    return lambda instant: value


@dataclass(frozen=True)
class Inputs:
    """The terminals of one multimeter in the world."""

    name: str
    world: World
    specification: Specification

    def of(self, measurand: Measurand, range_: float, load_ohms: float) -> Input:
        """Return what `measurand` sees on its range `range_` with `load_ohms` (Ω) at the inputs."""
        path, output = self.driver(self._high(measurand, range_), "LO")
        seen = _SEE[measurand](_Circuit(self, path, output, range_, load_ohms))
        if path is None or path.source is None:
            return seen
        return replace(seen, source=path.source, source_revision=path.source.revision)

    def _high(self, measurand: Measurand, range_: float) -> str:
        """Return the terminal where the signal comes in."""
        if measurand not in CURRENTS:
            return "HI"
        inputs = self.specification.current_inputs
        return next(terminal for most, terminal in inputs.items() if range_ <= most)

    def driver(self, high: str, low: str) -> tuple[Path | None, Output]:
        """Return the way to a port that drives, else to a resistance, any port, nothing."""
        paths = self.world.paths(f"{self.name} {high}", f"{self.name} {low}")
        outputs = (NOTHING if p.source is None else p.source.output(p.port) for p in paths)
        found = list(zip(paths, outputs, strict=True))
        return min(found, key=lambda one: _RANKS[one[1].quantity], default=(None, NOTHING))


@dataclass(frozen=True)
class _Circuit:
    """Everything a function's view depends on."""

    inputs: Inputs
    path: Path | None
    output: Output
    range_: float
    load_ohms: float


def _dc_voltage(circuit: _Circuit) -> Input:
    path, output = circuit.path, circuit.output
    if path is None:
        return Input(_constant(0.0), noise=PICKUP_DC_VOLTS)
    emf = path.emf
    if output.quantity is Quantity.VOLTAGE:
        part = path.polarity * _divided(circuit)
        at = output.dc.at
        return Input(lambda instant: at(instant) * part + emf(instant), noise=output.noise)
    if output.quantity is Quantity.CURRENT:
        return Input(_into_high_ohms(output.dc, path.polarity))
    pickup = PICKUP_DC_VOLTS if output.quantity is Quantity.NOTHING and path.source else 0.0
    return Input(emf, noise=pickup)


def _into_high_ohms(current: Level, polarity: int) -> At:
    """Return the compliance voltage with the sign of a current that cannot flow."""
    return lambda instant: (
        0.0 if current.at(instant) == 0.0
        else COMPLIANCE_VOLTS * polarity * (1 if current.at(instant) > 0 else -1)
    )  # fmt: skip


def _ac_voltage(circuit: _Circuit) -> Input:
    path, output = circuit.path, circuit.output
    if path is None or (output.quantity is Quantity.NOTHING and path.source is not None):
        return Input(_constant(PICKUP_AC_VOLTS), noise=PICKUP_AC_VOLTS / 10, hertz=50.0)
    if output.quantity is not Quantity.VOLTAGE:
        return Input(_constant(0.0))
    part, at = _divided(circuit), output.ac.at
    return Input(lambda instant: at(instant) * part, noise=output.noise, hertz=output.hertz)


def _divided(circuit: _Circuit) -> float:
    """Return the part of a source's voltage that is left at the inputs."""
    path = circuit.path
    ohms = circuit.output.source_ohms + (path.ohms if path is not None else 0.0)
    return circuit.load_ohms / (circuit.load_ohms + ohms)


def _dc_current(circuit: _Circuit) -> Input:
    path, output = circuit.path, circuit.output
    if path is not None and output.quantity is Quantity.CURRENT:
        at, polarity = output.dc.at, path.polarity
        return Input(lambda instant: at(instant) * polarity, noise=output.noise)
    return Input(_constant(0.0), overload=_shunt_overload(output))


def _ac_current(circuit: _Circuit) -> Input:
    output = circuit.output
    if circuit.path is not None and output.quantity is Quantity.CURRENT:
        return Input(output.ac.at, noise=output.noise, hertz=output.hertz)
    return Input(_constant(0.0), overload=_shunt_overload(output))


def _shunt_overload(output: Output) -> bool:
    """Return whether a voltage source is short-circuited by the shunt."""
    driven = output.dc.at(inf) != 0.0 or output.ac.final != 0.0
    return output.quantity is Quantity.VOLTAGE and driven


def _resistance(circuit: _Circuit) -> Input:
    path = circuit.path
    if path is None:
        return Input(_constant(0.0), overload=True)
    leads = path.ohms
    if path.source is not None and circuit.output.compensated_two_wire:
        ports = {one.port for one in _paths(circuit, "HI", "LO")}
        leads = 0.0 if "AUX" in ports else leads
    return _ohms(circuit, path, leads)


def _resistance_4_wire(circuit: _Circuit) -> Input:
    path = circuit.path
    sensed = _paths(circuit, "SENSE HI", "SENSE LO")
    if path is None or not any(
        one.source is path.source
        and one.polarity == path.polarity
        and (path.source is None or one.port in circuit.output.sense_ports)
        for one in sensed
    ):
        return Input(_constant(0.0), overload=True)
    return _ohms(circuit, path, 0.0)


def _paths(circuit: _Circuit, high: str, low: str) -> tuple[Path, ...]:
    name = circuit.inputs.name
    return circuit.inputs.world.paths(f"{name} {high}", f"{name} {low}")


def _ohms(circuit: _Circuit, path: Path, leads: float) -> Input:
    """Return a resistance seen by the meter's own current; thermal voltages add to it."""
    amperes = circuit.inputs.specification.test_amperes[circuit.range_]
    emf = path.emf
    if path.source is None:
        return Input(lambda instant: leads + emf(instant) / amperes)
    if circuit.output.quantity is not Quantity.RESISTANCE:
        return Input(_constant(0.0), overload=True)
    at, heating = circuit.output.dc.at, circuit.output.heating.at
    return Input(
        lambda instant: (
            at(instant) + amperes**2 * heating(instant) + leads + emf(instant) / amperes
        ),
        noise=circuit.output.noise,
    )


def _diode(circuit: _Circuit) -> Input:
    """Return the voltage that the measuring current drops; there are no diodes in this world."""
    seen = _resistance(replace(circuit, range_=1e3))
    at = seen.level
    return replace(seen, level=lambda instant: at(instant) * DIODE_AMPERES)


def _ratio(circuit: _Circuit) -> Input:
    """Return the input voltage, to be divided by the one across the sense terminals."""
    path, output = circuit.inputs.driver("SENSE HI", "SENSE LO")
    if path is None or output.quantity is not Quantity.VOLTAGE:
        return Input(_constant(0.0), overload=True)
    reference = _dc_voltage(replace(circuit, path=path, output=output)).level
    return replace(
        _dc_voltage(circuit), convert=lambda value, instant: value / (reference(instant) or 1e-9)
    )


def _capacitance(circuit: _Circuit) -> Input:
    """Return a capacitance with all that is beside it: the meter's own, and that of the leads.

    A short, a resistance or a voltage shows overload (Truevolt Operating and Service Guide,
    p. 282, says so of two of them).
    """
    path, output = circuit.path, circuit.output
    draw = generator(circuit.inputs.world.seed, circuit.inputs.name, "input farads")
    beside = draw.uniform(*INPUT_FARADS)
    if path is None:
        return Input(_constant(beside), noise=STRAY_FARADS)
    beside += path.farads
    if path.source is not None and output.quantity is Quantity.NOTHING:
        return Input(_constant(beside + output.stray_farads), noise=SHIELDED_FARADS)
    if output.quantity is not Quantity.CAPACITANCE:
        return Input(_constant(0.0), overload=True)
    at = output.dc.at
    return Input(lambda instant: at(instant) + beside, noise=max(SHIELDED_FARADS, output.noise))


def _temperature(circuit: _Circuit) -> Input:
    """Return the resistance or the voltage of the transducer, to be converted."""
    name = circuit.inputs.specification.transducer
    celsius = CELSIUS[name]
    seen = _resistance(circuit) if name == "PT100" else _thermocouple(circuit)
    return replace(seen, convert=lambda value, instant: celsius(value))


def _thermocouple(circuit: _Circuit) -> Input:
    """Return a voltage; a meter notices that the wires are open."""
    nothing = circuit.path is None or (
        circuit.output.quantity is Quantity.NOTHING and circuit.path.source is not None
    )
    return replace(_dc_voltage(circuit), overload=nothing)


def _temperature_4_wire(circuit: _Circuit) -> Input:
    celsius = CELSIUS["PT100"]
    return replace(_resistance_4_wire(circuit), convert=lambda value, instant: celsius(value))


_SEE: Mapping[Measurand, Callable[[_Circuit], Input]] = {
    Measurand.DC_VOLTAGE: _dc_voltage,
    Measurand.AC_VOLTAGE: _ac_voltage,
    Measurand.DC_CURRENT: _dc_current,
    Measurand.AC_CURRENT: _ac_current,
    Measurand.RESISTANCE: _resistance,
    Measurand.RESISTANCE_4_WIRE: _resistance_4_wire,
    Measurand.FREQUENCY: _ac_voltage,
    Measurand.PERIOD: _ac_voltage,
    Measurand.CONTINUITY: _resistance,
    Measurand.DIODE: _diode,
    Measurand.RATIO: _ratio,
    Measurand.CAPACITANCE: _capacitance,
    Measurand.TEMPERATURE: _temperature,
    Measurand.TEMPERATURE_4_WIRE: _temperature_4_wire,
}
