"""What a 3458A is set to: the states of RESET and PRESET, and the rows of its command table.

Source: a public transcription of the manual's command reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.keysight_3458a.language import SYNTAX, Mistake, Row, amount, choice, count
from simulators.keysight_3458a.numbers import number_text

OFF, ON, ONCE = 0.0, 1.0, 2.0
AUTO, EXT, SGL, HOLD, SYN, TIMER, LEVEL, LINE = 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0
ASCII, SINT, DINT, SREAL, DREAL = 1.0, 2.0, 3.0, 4.0, 5.0
END_OFF, END_ON, END_ALWAYS = 0.0, 1.0, 2.0
NUM, NORM, ALPHA = 0.0, 1.0, 2.0
LIFO, FIFO, CONT = 1.0, 2.0, 3.0
MOST_READINGS = 16777215.0

_FORMATS = {"ASCII": ASCII, "SINT": SINT, "DINT": DINT, "SREAL": SREAL, "DREAL": DREAL}
_EVENTS = {"AUTO": AUTO, "EXT": EXT, "SGL": SGL, "HOLD": HOLD, "SYN": SYN}
_ON_OFF = {"OFF": OFF, "ON": ON}

ROWS: Mapping[str, tuple[Row, ...]] = {
    "END": (choice(END_ALWAYS, OFF=END_OFF, ON=END_ON, ALWAYS=END_ALWAYS),),
    "QFORMAT": (choice(NORM, NUM=NUM, NORM=NORM, ALPHA=ALPHA),),
    "OFORMAT": (choice(ASCII, **_FORMATS),),
    "MFORMAT": (choice(SREAL, **_FORMATS),),
    "MEM": (choice(ON, OFF=OFF, LIFO=LIFO, FIFO=FIFO, CONT=CONT),),
    "INBUF": (choice(ON, **_ON_OFF),),
    "NDIG": (count(3, 8, 7),),
    "NPLC": (amount(0, 1000, 0),),
    "APER": (amount(0, 1, 0),),
    "RES": (amount(0, 100, 0),),
    "AZERO": (choice(ON, **_ON_OFF, ONCE=ONCE),),
    "ARANGE": (choice(ON, **_ON_OFF, ONCE=ONCE),),
    "FIXEDZ": (choice(ON, **_ON_OFF),),
    "OCOMP": (choice(ON, **_ON_OFF),),
    "LFILTER": (choice(ON, **_ON_OFF),),
    "SETACV": (choice(1, ANA=1, RNDM=2, SYNC=3),),
    "ACBAND": (amount(1, 10e6, 20), amount(1, 10e6, 2e6)),
    "LFREQ": (amount(45, 440, 50, LINE=50),),
    "FSOURCE": (choice(2, ACV=2, ACDCV=3, ACI=7, ACDCI=8),),
    "TARM": (choice(AUTO, **_EVENTS), count(1, 2.1e9, 1)),
    "TRIG": (choice(SGL, **_EVENTS, LEVEL=LEVEL, LINE=LINE),),
    "NRDGS": (
        count(1, MOST_READINGS, 1),
        choice(AUTO, AUTO=AUTO, EXT=EXT, SYN=SYN, TIMER=TIMER, LEVEL=LEVEL, LINE=LINE),
    ),
    "TIMER": (amount(10e-6, 6000, 1),),
    "DELAY": (amount(0, 6000, -1),),
    "LEVEL": (amount(-500, 500, 0), choice(1, DC=1, AC=2)),
    "SLOPE": (choice(1, NEG=0, POS=1),),
    "TBUFF": (choice(ON, **_ON_OFF),),
    "EMASK": (count(0, 32767, 32767),),
    "RQS": (count(0, 255, 0),),
    "LOCK": (choice(ON, **_ON_OFF),),
    "MATH": (choice(0, OFF=0, CONT=1, NULL=7, PERC=8, SCALE=11, STAT=12),),
}  # fmt: skip
"""Header → parameters of the settings that are kept and asked for by name."""

# State of RESET; PRESET takes the same but for what `PRESETS` says.
RESET: Mapping[str, tuple[float, ...]] = {
    "END": (END_OFF,), "QFORMAT": (NORM,), "OFORMAT": (ASCII,), "MFORMAT": (SREAL,),
    "MEM": (OFF,), "INBUF": (OFF,), "NDIG": (7,), "NPLC": (10,), "RES": (0,), "AZERO": (ON,),
    "ARANGE": (ON,), "FIXEDZ": (OFF,), "OCOMP": (OFF,), "LFILTER": (OFF,), "SETACV": (1,),
    "ACBAND": (20, 2e6), "LFREQ": (50,), "FSOURCE": (2,), "TARM": (AUTO, 1), "TRIG": (AUTO,),
    "NRDGS": (1, AUTO), "TIMER": (1,), "DELAY": (-1,), "LEVEL": (0, 2), "SLOPE": (1,),
    "TBUFF": (OFF,), "EMASK": (32767,), "RQS": (0,), "LOCK": (OFF,), "MATH": (0,),
}  # fmt: skip
UNTOUCHED = ("END", "EMASK", "RQS", "QFORMAT", "LFREQ")
"""What PRESET leaves as it is."""

PRESETS: Mapping[float, Mapping[str, tuple[float, ...]]] = {
    1.0: {"NPLC": (1,), "NDIG": (6,), "TRIG": (SYN,)},
    0.0: {"NPLC": (1,), "NDIG": (6,), "AZERO": (OFF,), "MFORMAT": (DINT,), "OFORMAT": (DINT,),
          "TARM": (SYN, 1), "TRIG": (AUTO,), "ARANGE": (OFF,)},
    2.0: {"NDIG": (6,), "AZERO": (OFF,), "DELAY": (0,), "TARM": (HOLD, 1), "TRIG": (LEVEL,),
          "NRDGS": (256, TIMER), "TIMER": (20e-6,), "NPLC": (150e-6,), "MFORMAT": (SINT,),
          "OFORMAT": (SINT,), "ARANGE": (OFF,)},
}  # fmt: skip
"""FAST (0), NORM (1) and DIG (2): what differs from RESET; APER 3E-6 is NPLC 150E-6."""

REGISTERS = {
    "DEGREE": 1, "LOWER": 2, "MAX": 3, "MEAN": 4, "MIN": 5, "NSAMP": 6, "OFFSET": 7, "PERC": 8,
    "REF": 9, "RES": 10, "SCALE": 11, "SDEV": 12, "UPPER": 13, "HIRES": 14, "PFAILNUM": 15,
}  # fmt: skip
FRESH_REGISTERS = {1: 20.0, 8: 1.0, 9: 1.0, 10: 50.0, 11: 1.0}


@dataclass
class Settings:
    """The values of every row, and the math registers.

    Attributes:
        values: header → values of its parameters.
        registers: number → value, where it is not 0.
        message: what the display shows instead of readings.
    """

    values: dict[str, tuple[float, ...]] = field(default_factory=lambda: dict(RESET))
    registers: dict[int, float] = field(default_factory=lambda: dict(FRESH_REGISTERS))
    message: str = ""

    def first(self, header: str) -> float:
        """Return the first parameter of a setting."""
        return self.values[header][0]

    def put(self, header: str, *values: float) -> None:
        """Set the parameters of a setting."""
        self.values[header] = values

    def tell(self, header: str, parameters: tuple[str, ...]) -> None:
        """Set a row of the table from the parameters of a command.

        Raises:
            Mistake: one is wrong; nothing is set then.
        """
        rows = ROWS[header]
        if len(parameters) > len(rows):
            raise Mistake(SYNTAX)
        padded = (*parameters, *[""] * (len(rows) - len(parameters)))
        self.put(header, *(row.value(text) for row, text in zip(rows, padded, strict=True)))

    def asked(self, header: str) -> str:
        """Return the values of a row, as QFORMAT says."""
        values = self.values[header]
        if self.first("QFORMAT") != ALPHA:
            return ",".join(number_text(value) for value in values)
        words = (
            word_of(header, place, value) or number_text(value).strip()
            for place, value in enumerate(values)
        )
        return f"{header} {','.join(words)}"

    def reset(self) -> None:
        """Carry out RESET."""
        self.values = dict(RESET)
        self.registers, self.message = dict(FRESH_REGISTERS), ""

    def preset(self, kind: float) -> None:
        """Carry out PRESET: what it does not name stays."""
        kept = {header: self.values[header] for header in UNTOUCHED}
        self.values = {**RESET, **PRESETS[kind], **kept}
        self.registers, self.message = dict(FRESH_REGISTERS), ""


def word_of(header: str, place: int, value: float) -> str | None:
    """Return the keyword that stands for `value`, if there is one."""
    row = ROWS[header][place]
    return next((word for word, number in row.words.items() if number == value), None)
