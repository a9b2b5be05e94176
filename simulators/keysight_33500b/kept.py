"""Settings of a 33500B that are kept and given back: they do not show at its terminals.

Names and limits from pymeasure/pymeasure (agilent/agilent33500.py), PyFixate/Fixate
(funcgen/keysight_33500b.py) and microsoft/Qcodes (KeysightAgilent_33XXX.py); defaults from memory,
unverified.
"""

from collections.abc import Iterator

from simulators.language.scpi_channels import Kept
from simulators.language.scpi_parameters import boolean, number, word

SOURCES = word("INTernal", "EXTernal", "CH1", "CH2")
FORMS = word("SINusoid", "SQUare", "TRIangle", "RAMP", "NRAMp", "NOISe", "PRBS", "ARB")
# Modulation → its own number, unit, greatest value and default.
MODULATIONS = {
    "AM": ("DEPTh", None, 120.0, 100.0),
    "FM": ("DEViation", "HZ", 15e6, 100.0),
    "PM": ("DEViation", None, 360.0, 180.0),
    "FSKey": ("FREQuency", "HZ", 30e6, 100.0),
    "BPSK": ("PHASe", None, 360.0, 180.0),
    "PWM": ("DEViation", "S", 1e6, 1e-5),
    "SUM": ("AMPLitude", None, 100.0, 0.1),
}
RATED = ("FSKey", "BPSK")


def _modulations() -> Iterator[Kept]:
    for name, (node, unit, most, default) in MODULATIONS.items():
        yield Kept(f"{name}:STATe", boolean, default=False)
        yield Kept(f"{name}:SOURce", SOURCES, "INT")
        yield Kept(f"{name}:{node}", number(unit), default, 0.0, most)
        if name in RATED:
            yield Kept(f"{name}:INTernal:RATE", number("HZ"), 10.0, 1e-6, 1e6)
        else:
            yield Kept(f"{name}:INTernal:FUNCtion", FORMS, "SIN")
            yield Kept(f"{name}:INTernal:FREQuency", number("HZ"), 10.0, 1e-6, 1e6)
    yield Kept("AM:DSSC", boolean, default=False)


HOLD = Kept("FUNCtion:PULSe:HOLD", word("WIDTh", "DCYCle"), "WIDT")
KEPT = (
    Kept("FREQuency:MODE", word("CW", "LIST", "SWEep", "FIXed"), "CW"),
    Kept("FREQuency:STARt", number("HZ"), 100.0, 1e-6, 30e6),
    Kept("FREQuency:STOP", number("HZ"), 1e3, 1e-6, 30e6),
    Kept("SWEep:TIME", number("S"), 1.0, 1e-3, 250e3),
    Kept("SWEep:STATe", boolean, default=False),
    Kept("PHASe[:ADJust]", number("DEG"), 0.0, -360.0, 360.0),
    Kept("VOLTage:RANGe:AUTO", boolean, default=True),
    Kept("FUNCtion:RAMP:SYMMetry", number("PCT"), 100.0, 0.0, 100.0),
    HOLD,
    Kept("FUNCtion:PULSe:TRANsition[:BOTH]", number("S"), 1e-8, 8.4e-9, 1e-6),
    Kept("FUNCtion:PRBS:BRATe", number(), 1e3, 1e-3, 50e6),
    Kept("FUNCtion:NOISe:BANDwidth", number("HZ"), 1e5, 1e-3, 30e6),
    Kept("FUNCtion:ARBitrary:SRATe", number(), 4e4, 1e-6, 250e6),
    Kept("FUNCtion:ARBitrary:FILTer", word("NORMal", "STEP", "OFF"), "STEP"),
    Kept("FUNCtion:ARBitrary:ADVance", word("TRIGger", "SRATe"), "SRAT"),
    Kept("BURSt:STATe", boolean, default=False),
    Kept("BURSt:MODE", word("TRIGgered", "GATed"), "TRIG"),
    Kept("BURSt:NCYCles", number(), 1.0, 1.0, 1e8, infinite=True),
    Kept("BURSt:PHASe", number("DEG"), 0.0, -360.0, 360.0),
    Kept("BURSt:INTernal:PERiod", number("S"), 1e-2, 1e-6, 8000.0),
    Kept("BURSt:GATE:POLarity", word("NORMal", "INVerted"), "NORM"),
    *_modulations(),
)
TRIGGERED = (
    Kept("SOURce", word("IMMediate", "EXTernal", "TIMer", "BUS"), "IMM"),
    Kept("SLOPe", word("POSitive", "NEGative"), "POS"),
    Kept("COUNt", number(), 1.0, 1.0, 1e6, infinite=True),
    Kept("DELay", number("S"), 0.0, 0.0, 1000.0),
    Kept("TIMer", number("S"), 1.0, 1e-6, 8000.0),
)
SYNCHRONISED = (
    Kept("SYNC[:STATe]", boolean, default=True),
    Kept("SYNC:SOURce", word("CH1", "CH2"), "CH1"),
    Kept("SYNC:MODE", word("NORMal", "CARRier", "MARKer"), "NORM"),
    Kept("TRIGger[:STATe]", boolean, default=False),
    Kept("TRIGger:SLOPe", word("POSitive", "NEGative"), "POS"),
)
