"""What tells one multimeter of the 34401A's language from another: data, read by the commands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from simulators.multimeter.habits import Habits
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.specification import Measurand


class Feature(Enum):
    """Something that only some of them have or do."""

    ABORT = auto()  # the command ABORt
    READING_MEMORY = auto()  # R?, DATA:LAST?, DATA:REMove?; READ? leaves its readings in memory
    SAMPLE_TIMER = auto()  # SAMPle:TIMer
    DIGITIZING = auto()  # integration time in seconds, SAMPle:SOURce, pretrigger, TRIGger:LEVel
    PROBES = auto()  # CONFigure:TEMPerature with the kind of probe; FUNCtion "TEMPerature"
    EMULATIONS = auto()  # L1, L2, L3: the language of another meter
    NULL = auto()  # <function>:NULL
    OPERATION = auto()  # STATus:OPERation, SYSTem:ERRor:COUNt?
    LICENCES = auto()  # SYSTem:LICense:CATalog?
    FETCH_SOME = auto()  # FETCh? does not wait for triggers still to come
    TRIGGER_IDLES = auto()  # a change of the trigger system ends the waiting
    REMOTE = auto()  # SYSTem:REMote and its kin are welcome on every interface
    CLIPS_TEXT = auto()  # a text too long for the display is cut, not refused
    COUNTS_ON_RANGE = auto()  # CONFigure:FREQuency takes the input voltage range


@dataclass(slots=True)
class HpSettings:
    """What `*RST` brings back, besides the physics.

    Attributes:
        display_text: shown instead of readings.
        display_on: whether the display is lit.
        timer: sample interval (s) as set.
        timed: whether samples are paced by it.
        pretrigger: samples wanted from before the trigger.
        aperture_enabled: whether the integration time was given in seconds.
        level: of the internal trigger (V, A or Ω).
        statistics: whether readings are summed up.
        mathematics: the operation of CALCulate:FUNCtion.
    """

    display_text: str = ""
    display_on: bool = True
    timer: float = 1.0
    timed: bool = False
    pretrigger: int = 0
    aperture_enabled: bool = False
    level: float = 0.0
    statistics: bool = False
    mathematics: str = "NULL"


HpPanel = MultimeterPanel[HpSettings]


@dataclass(frozen=True)
class Dialect:
    """One model's language.

    Attributes:
        habits: identity, queue, texts.
        functions: name in manual notation → function.
        scpi_version: answer to `SYST:VERS?`.
        options: answer to `*OPT?`; None where the command is unknown.
        places: numbers of the states that can be saved.
        most_triggers: greatest trigger count.
        most_samples: greatest sample count.
        text_length: characters on the display.
        features: what it has or does.
    """

    habits: Habits[HpSettings]
    functions: Mapping[str, Measurand]
    scpi_version: str
    options: str | None
    places: range
    most_triggers: float
    most_samples: float
    text_length: int
    features: frozenset[Feature]

    def has(self, feature: Feature) -> bool:
        """Return whether it has `feature`."""
        return feature in self.features


# Names in CONFigure, MEASure and FUNCtion; the ratio's name differs in FUNCtion.
FUNCTIONS: dict[str, Measurand] = {
    "VOLTage[:DC]": Measurand.DC_VOLTAGE,
    "VOLTage:AC": Measurand.AC_VOLTAGE,
    "CURRent[:DC]": Measurand.DC_CURRENT,
    "CURRent:AC": Measurand.AC_CURRENT,
    "RESistance": Measurand.RESISTANCE,
    "FRESistance": Measurand.RESISTANCE_4_WIRE,
    "FREQuency": Measurand.FREQUENCY,
    "PERiod": Measurand.PERIOD,
    "CONTinuity": Measurand.CONTINUITY,
    "DIODe": Measurand.DIODE,
    "VOLTage[:DC]:RATio": Measurand.RATIO,
}
# Whether a four-wire temperature has a name of its own in FUNC? is not known: not with public
# clients' own tests, which fail at it.
NAMES: Mapping[Measurand, str] = {one: one.value for one in Measurand} | {
    Measurand.TEMPERATURE_4_WIRE: "TEMP"
}

# 34401A User's Guide p. 142: voltage, current and resistance overload.
OVERLOAD_BITS: Mapping[Measurand, int] = {
    Measurand.DC_VOLTAGE: 1,
    Measurand.AC_VOLTAGE: 1,
    Measurand.RATIO: 1,
    Measurand.DIODE: 1,
    Measurand.DC_CURRENT: 2,
    Measurand.AC_CURRENT: 2,
    Measurand.FREQUENCY: 32,
    Measurand.PERIOD: 32,
    Measurand.RESISTANCE: 512,
    Measurand.RESISTANCE_4_WIRE: 512,
    Measurand.CONTINUITY: 512,
    Measurand.TEMPERATURE: 512,
    Measurand.TEMPERATURE_4_WIRE: 512,
    Measurand.CAPACITANCE: 1024,
}
