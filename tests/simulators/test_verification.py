"""A healthy meter on a healthy calibrator keeps its 1-year accuracy at every point of a round."""

from collections.abc import Callable

import pytest

from tests.simulators.rig import AMPERES, SENSE, VOLTS, Rig

HIGH_AMPERES = [("calibrator 20A HI", "dut 10A"), ("calibrator AUX LO", "dut LO")]

# OUT, MEASure, nominal, meter ± (relative, floor), calibrator ± (relative, floor)
POINTS = [
    ("OUT 100 MV, 0 HZ", "VOLT:DC? 0.1", 0.1, (50e-6, 3.5e-6), (20e-6, 1e-6)),
    ("OUT -100 MV, 0 HZ", "VOLT:DC? 0.1", -0.1, (50e-6, 3.5e-6), (20e-6, 1e-6)),
    ("OUT 1 V, 0 HZ", "VOLT:DC? 1", 1.0, (40e-6, 7e-6), (11e-6, 2e-6)),
    ("OUT 10 V, 0 HZ", "VOLT:DC? 10", 10.0, (35e-6, 50e-6), (12e-6, 20e-6)),
    ("OUT -10 V, 0 HZ", "VOLT:DC? 10", -10.0, (35e-6, 50e-6), (12e-6, 20e-6)),
    ("OUT 100 V, 0 HZ", "VOLT:DC? 100", 100.0, (45e-6, 600e-6), (18e-6, 150e-6)),
    ("OUT 1000 V, 0 HZ", "VOLT:DC? 1000", 1000.0, (45e-6, 10e-3), (18e-6, 1.5e-3)),
    ("OUT 100 MV, 1 KHZ", "VOLT:AC? 0.1", 0.1, (6e-4, 3e-5), (145e-6, 8e-6)),
    ("OUT 1 V, 50 KHZ", "VOLT:AC? 1", 1.0, (12e-4, 5e-4), (300e-6, 50e-6)),
    ("OUT 10 V, 1 KHZ", "VOLT:AC? 10", 10.0, (6e-4, 3e-3), (150e-6, 600e-6)),
    ("OUT 10 V, 100 KHZ", "VOLT:AC? 10", 10.0, (60e-4, 8e-3), (900e-6, 1.6e-3)),
    ("OUT 100 V, 1 KHZ", "VOLT:AC? 100", 100.0, (6e-4, 3e-2), (190e-6, 2e-3)),
    ("OUT 750 V, 1 KHZ", "VOLT:AC? 750", 750.0, (6e-4, 0.225), (300e-6, 10e-3)),
    ("OUT 100 UA, 0 HZ", "CURR:DC? 1E-4", 1e-4, (5e-4, 2.5e-8), (150e-6, 2e-8)),
    ("OUT 100 MA, 0 HZ", "CURR:DC? 0.1", 0.1, (5e-4, 5e-6), (100e-6, 2.5e-6)),
    ("OUT 1 A, 0 HZ", "CURR:DC? 1", 1.0, (1e-3, 1e-4), (200e-6, 40e-6)),
    ("OUT 10 A, 0 HZ", "CURR:DC? 10", 10.0, (1.2e-3, 1e-3), (500e-6, 500e-6)),
    ("OUT 100 MA, 1 KHZ", "CURR:AC? 0.1", 0.1, (1e-3, 4e-5), (400e-6, 2e-5)),
    ("OUT 1 A, 1 KHZ", "CURR:AC? 1", 1.0, (1e-3, 4e-4), (500e-6, 1e-4)),
    ("OUT 10 A, 1 KHZ", "CURR:AC? 10", 10.0, (1.5e-3, 4e-3), (1e-3, 2e-3)),
    ("OUT 100 OHM;ZCOMP WIRE4", "FRES? 100", 100.0, (1e-4, 4e-3), (28e-6, 1.4e-3)),
    ("OUT 10 KOHM;ZCOMP WIRE4", "FRES? 1E4", 1e4, (1e-4, 0.1), (28e-6, 0.02)),
    ("OUT 1 MOHM", "RES? 1E6", 1e6, (1e-4, 10.0), (32e-6, 2.0)),
    ("OUT 100 MOHM", "RES? 1E8", 1e8, (8e-3, 1e3), (500e-6, 3e3)),
    ("OUT 1 V, 1 KHZ", "FREQ?", 1e3, (1e-4, 0.0), (2.5e-6, 5e-6)),
    ("OUT 1 V, 100 KHZ", "FREQ?", 1e5, (1e-4, 0.0), (2.5e-6, 5e-6)),
]


@pytest.mark.parametrize("seed", range(4))
def test_a_round_of_points(rig_of: Callable[..., Rig], seed: int) -> None:
    rig = rig_of(seed=seed)
    outside = []
    for source, measure, nominal, meter, calibrator in POINTS:
        wires = VOLTS + SENSE if "CURR" not in measure else AMPERES
        rig.bench.connect(HIGH_AMPERES if measure.endswith("? 10") and "CURR" in measure else wires)
        rig.source(source)
        indication = rig.measure(f"MEAS:{measure}")
        rig.calibrator.write("STBY")
        limit = sum(relative * abs(nominal) + floor for relative, floor in (meter, calibrator))
        if abs(indication - nominal) > limit:
            outside.append((source, indication, limit))
    assert outside == []
    assert rig.calibrator.query("ERR?") == '0,"No Error"'
    assert rig.dut.query("SYST:ERR?") == '+0,"No error"'
