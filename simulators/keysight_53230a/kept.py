"""Settings of a 53230A that are kept and given back, and change no reading.

Names from opronningen/53230A-Toolkit (53230A_Model.cs) and Anatoly1010/Atomize
(Keysight_53230a.py); limits and defaults from memory, unverified.
"""

from simulators.language.scpi_channels import Kept
from simulators.language.scpi_parameters import boolean, number, word

STARTS = word("IMMediate", "TIME", "EXTernal", "INP1", "INP2", "INPut1", "INPut2", "ADVanced")
KEPT = (
    Kept("[SENSe:]FREQuency:GATE:SOURce", STARTS, "TIME"),
    Kept("[SENSe:]FREQuency:GATE:POLarity", word("POSitive", "NEGative"), "NEG"),
    Kept("[SENSe:]FREQuency:MODE", word("AUTO", "RECiprocal", "CONTinuous", "RCONtinuous"), "AUTO"),
    Kept("[SENSe:]GATE:STARt:SOURce", STARTS, "IMM"),
    Kept("[SENSe:]GATE:STARt:SLOPe", word("POSitive", "NEGative"), "POS"),
    Kept("[SENSe:]GATE:STARt:DELay:SOURce", STARTS, "IMM"),
    Kept("[SENSe:]GATE:STARt:DELay:TIME", number("S"), 0.0, 0.0, 10.0),
    Kept("[SENSe:]GATE:STOP:SOURce", STARTS, "IMM"),
    Kept("[SENSe:]GATE:STOP:SLOPe", word("POSitive", "NEGative"), "POS"),
    Kept("[SENSe:]GATE:STOP:HOLDoff:SOURce", STARTS, "IMM"),
    Kept("[SENSe:]GATE:STOP:HOLDoff:TIME", number("S"), 0.0, 0.0, 1000.0),
    Kept("[SENSe:]ROSCillator:EXTernal:FREQuency", number("HZ"), 10e6, 1e6, 10e6),
    Kept("TRIGger:SLOPe", word("POSitive", "NEGative"), "NEG"),
    # Mathematics as delivered neither scales nor subtracts (User's Guide, Agilent edition, p. 192).
    Kept("CALCulate:STATe", boolean, default=False),
    Kept("DISPlay[:WINDow][:STATe]", boolean, default=True),
)
INPUTS = (
    Kept("RANGe", number("V"), 5.0, 5.0, 50.0),
    Kept("SLOPe", word("POSitive", "NEGative"), "POS"),
    Kept("NREJect", boolean, default=False),
    Kept("FILTer[:LPASs][:STATe]", boolean, default=False),
    Kept("PROBe", number(), 1.0, 1.0, 10.0),
)
