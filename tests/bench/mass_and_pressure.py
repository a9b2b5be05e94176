"""Balances and pressure controllers, and what is asked of their drivers."""

from typing import Any

from simulators.bench import InstrumentSpec, SimulatedBench
from tests.bench.subject import SUBJECT, Subject, Values
from tests.bench.waiting import approached

SETTLING_SECONDS = 30.0
PASCALS = 100e3
MOST_OF_A_VENT = 7.0
"""Of the time (s) that a vent takes: the rest is waited for by asking."""


def put(bench: SimulatedBench, *weights: str) -> None:
    """Leave these weights alone on the pan, and wait."""
    bench.connect([(f"{weight} MASS", f"{SUBJECT} PAN") for weight in weights])
    bench.world.clock.sleep(SETTLING_SECONDS)


def adjust_zero_tare_and_weigh(balance: Any, bench: SimulatedBench) -> Values:
    """Adjust it and zero the empty pan, weigh one weight, tare it, and weigh another beside it."""
    put(bench)
    balance.adjust_itself()
    balance.zero()
    put(bench, "tara")
    gross = float(balance.weigh().value)
    balance.tare()
    put(bench, "tara", "weight")
    return gross, float(balance.weigh().value)


def begin_empty(bench: SimulatedBench) -> None:
    """Switch a balance on with an empty pan: with a load on it, it would take that for zero."""
    put(bench)
    bench.panel(SUBJECT).power_on()


def balance(model: str, kilograms: float = 0.1, *, is_sibling: bool = False) -> Subject:
    """Return a balance with two weights of `kilograms` beside it."""
    constants = {"nominal_kilograms": kilograms}
    weights = [InstrumentSpec(name, "weight-e2", "1", constants=constants)
               for name in ("tara", "weight")]  # fmt: skip
    return Subject(
        model,
        adjust_zero_tare_and_weigh,
        lambda bench: (kilograms, kilograms),
        2e-5 * kilograms,
        begin_empty,
        tuple(weights),
        patience=300.0,
        is_sibling=is_sibling,
    )


def pump(controller: Any, bench: SimulatedBench) -> Values:
    """Go for 100 kPa, wait, read, look at the barometer, and leave."""
    controller.approach_pressure(PASCALS)
    approached(controller, bench, every=60.0)
    controller.confirm_operating()
    pascals = float(controller.read_pressure().value)
    atmosphere = float(controller.read_atmospheric_pressure().value)
    controller.standby()
    bench.world.clock.sleep(MOST_OF_A_VENT)
    controller.vent()
    return pascals, atmosphere


def pressure_controller(model: str, module: int = 1) -> Subject:
    """Return a pressure controller; when it is stable the pressure is the set-point, nearly."""
    return Subject(
        model,
        pump,
        lambda bench: (PASCALS, bench.world.air.pascals),
        (200.0, 20.0),
        patience=9600.0,
        settings={"module": module},
    )


PUMP = InstrumentSpec("pump", "druck-pace5000", "3401127")


def under_pressure(bench: SimulatedBench) -> None:
    """Let a controller hold 100 kPa at an indicator."""
    bench.connect([("pump OUTLET", f"{SUBJECT} INLET")])
    bench.panel("pump").receive(b":UNIT:PRES PA;:SOUR:PRES 100000;:OUTP 1")
    bench.world.clock.sleep(SETTLING_SECONDS)


def indicate(indicator: Any, bench: SimulatedBench) -> Values:
    """Read the pressure, and that of the atmosphere."""
    pascals = float(indicator.read_pressure().value)
    return pascals, float(indicator.read_atmospheric_pressure().value)


INDICATOR = Subject(
    "druck-pace1000",
    indicate,
    lambda bench: (PASCALS, bench.world.air.pascals),
    (200.0, 20.0),
    under_pressure,
    (PUMP,),
)

GAUGE = Subject(
    "additel-adt681",
    lambda gauge, bench: float(gauge.read_pressure().value),
    lambda bench: PASCALS,
    600.0,
    under_pressure,
    (PUMP,),
)

MASS_AND_PRESSURE = (
    balance("mettler-xs204"),
    balance("mettler-xpr6", 0.002, is_sibling=True),
    balance("mettler-xpr205", is_sibling=True),
    balance("mettler-xsr205du", is_sibling=True),
    balance("mettler-me204", is_sibling=True),
    balance("mettler-ax1006", 0.5),
    balance("mettler-ax10005", 5.0, is_sibling=True),
    balance("sartorius-bce224"),
    balance("sartorius-mse225s"),
    balance("sartorius-mse1203s", 0.5, is_sibling=True),
    INDICATOR,
    GAUGE,
    pressure_controller("druck-pace5000"),
    pressure_controller("druck-pace6000", module=2),
)
