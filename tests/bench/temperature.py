"""Wells, baths and thermometer readouts, and what is asked of their drivers."""

from typing import Any

from simulators.artefacts.prt.probe import Probe
from simulators.bench import InstrumentSpec, SimulatedBench
from tests.bench.subject import SUBJECT, Subject, Values, tell
from tests.bench.waiting import approached

HOURS = 3600.0
CELSIUS = 60.0
PROBE = InstrumentSpec("probe", "pt100", "1", constants={"R0": 100.0, "A": 3.9083e-3})
THERMISTOR = InstrumentSpec("probe", "thermistor", "1", constants={"B0": 8.497e-4})
ENDS = ("HI", "LO", "SENSE HI", "SENSE LO")


def wired(bench: SimulatedBench, terminals: str, *more: tuple[str, str]) -> None:
    """Connect the probe to the subject's `terminals`."""
    bench.connect([*((f"probe {end}", f"{SUBJECT} {terminals} {end}") for end in ENDS), *more])


def probe_ohms(bench: SimulatedBench) -> float:
    """Return the resistance of the probe where it is."""
    return bench.physics("probe", Probe).ohms(bench.world.clock.monotonic())


def heat(well: Any, bench: SimulatedBench) -> float:
    """Go for 60 °C, wait, read the control sensor, and leave."""
    well.approach_temperature(CELSIUS)
    approached(well, bench, every=1200.0)
    well.confirm_operating()
    celsius = float(well.read_temperature().value)
    well.standby()
    return celsius


def heat_with_reference(well: Any, bench: SimulatedBench) -> Values:
    """Do so, and read the reference probe in the block too."""
    well.approach_temperature(CELSIUS)
    approached(well, bench, every=1200.0)
    well.confirm_operating()
    celsius = float(well.read_temperature().value)
    ohms, reference = well.read_resistance().value, well.read_reference_temperature().value
    well.standby()
    return celsius, float(ohms), float(reference)


def well(model: str, *, is_sibling: bool = False) -> Subject:
    """Return a well or bath; what it indicates when it is stable is its set-point, nearly."""
    return Subject(
        model, heat, lambda bench: CELSIUS, 0.1, patience=3 * HOURS, is_sibling=is_sibling
    )


def process_well(model: str, *, is_sibling: bool = False) -> Subject:
    """Return a well with a reference probe in one of its holes."""
    return Subject(
        model,
        heat_with_reference,
        lambda bench: (CELSIUS, probe_ohms(bench), CELSIUS),
        (0.1, 0.3, 0.8),  # the block is off its display by up to 0.35 °C
        lambda bench: wired(bench, "REFERENCE", ("probe TIP", f"{SUBJECT} HOLE 1")),
        (PROBE,),
        patience=3 * HOURS,
        is_sibling=is_sibling,
    )


def read_both(readout: Any, bench: SimulatedBench) -> Values:
    """Read resistance and temperature."""
    return float(readout.read_resistance().value), float(readout.read_temperature().value)


def in_room(bench: SimulatedBench) -> Values:
    """Return resistance and temperature of the probe, which lies in the room."""
    return probe_ohms(bench), bench.world.air.celsius


def readout(
    model: str,
    *prepare: str,
    probe: InstrumentSpec = PROBE,
    terminals: str = "PROBE",
    is_sibling: bool = False,
) -> Subject:
    """Return a readout that knows the probe at its input: its operator typed `prepare`."""

    def know(bench: SimulatedBench) -> None:
        wired(bench, terminals)
        tell(bench, SUBJECT, *prepare)

    channel = {"channel": int(terminals[-1])} if terminals[-1].isdigit() else {}
    tolerance = (5.0 if probe is THERMISTOR else 0.02, 0.06)
    return Subject(
        model, read_both, in_room, tolerance, know, (probe,), settings=channel,
        is_sibling=is_sibling,
    )  # fmt: skip


def read_ohms(readout: Any, bench: SimulatedBench) -> float:
    """Read resistance twice."""
    readout.read_resistance()
    return float(readout.read_resistance().value)


CVD = ("PR=R", "R0=100", "AL=0.00385055", "DE=1.4998", "BE=0.1086")
SUPER = ("INP:PROB:ADD P1", "INP:PROB:PAR P1,CONV,CVD", "INP2:PROB:IDEN P1")

TEMPERATURE = (
    well("fluke-9142"),
    well("fluke-9143", is_sibling=True),
    well("fluke-9144", is_sibling=True),
    process_well("fluke-9142-p", is_sibling=True),
    process_well("fluke-9143-p", is_sibling=True),
    process_well("fluke-9144-p"),
    well("hart-7341"),
    readout("fluke-1502a", *CVD),
    readout("fluke-1504", "PR=T", probe=THERMISTOR),
    readout("fluke-1594a", *SUPER, terminals="CH2", is_sibling=True),
    readout("fluke-1595a", *SUPER, terminals="CH2"),
    Subject(
        "isotech-millik", read_ohms, probe_ohms, 0.02, lambda bench: wired(bench, "CH1"), (PROBE,)
    ),
)
