"""The models that can be simulated: who builds each, how it is reached, how its readings look."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.faces import Faces, Line, SerialFace, SocketFace
from simulators.sartorius_sbi.framing import sbi_command


@dataclass(frozen=True, slots=True)
class SimulatedModel:
    """One row of the catalogue.

    Attributes:
        title: what a person calls it.
        builder: "module:function", imported when first needed (`simulators.catalogue.Builder`).
        faces: how the real instrument is reached.
        reading: pattern of a reading in its replies, for faults that change readings.
        overload: what it sends instead of a reading beyond its range; empty: it has no such text.
        named: the text by which it names its model, for faults that change it; empty: what
            follows the maker in the model's name, in capitals ("keysight-34461a": 34461A).
    """

    title: str
    builder: str
    faces: Faces
    reading: bytes = rb"[+-]\d\.\d{8}E[+-]\d\d"
    overload: bytes = b"+9.90000000E+37"
    named: bytes = b""


NOTHING = rb"(?!)"
"""A reading of instruments that measure nothing."""

CTRL_C, CTRL_T = 0x03, 0x14
"""What stands for the messages of a bus on some serial lines."""

LAN_SCPI = SocketFace(5025)
"""Most LXI instruments."""

LXI = Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True)
# The ports of Fluke's multimeters and readouts and of the milliK are from memory, unverified.
FLUKE_METER = Faces(
    socket=SocketFace(3490, Line(message_ends=b"\n", reply_end=b"\r\n"), clients=1),
    serial=SerialFace(),
    gpib=True,
)
CALIBRATOR = Faces(serial=SerialFace(clear_character=CTRL_C, trigger_character=CTRL_T), gpib=True)
READOUT = Faces(serial=SerialFace(2400), gpib=True)
SUPER_THERMOMETER = Faces(socket=SocketFace(5025, Line()), serial=SerialFace(), gpib=True, usb=True)
MILLIK = Faces(
    socket=SocketFace(1000, Line(reply_end=b"\r\n")), serial=SerialFace(line=Line(reply_end=b"\r"))
)
RETURNS = Line(message_ends=b"\r", reply_end=b"\r")
DIGIMATIC = Line(reply_end=b"\r", complete=bool)
"""Any character asks for a reading."""

ADDITEL = Line(message_ends=b"\0\r\n")
SBI_LINE = Line(reply_end=b"\r\n", complete=sbi_command)
SICS = Faces(serial=SerialFace(), socket=SocketFace(8001, Line(reply_end=b"\r\n")))
"""The port is a public client's, unverified in a manual."""


def _family(
    builder: str, faces: Faces, titles: Mapping[str, str], **marks: bytes
) -> dict[str, SimulatedModel]:
    """Return the rows of models that differ by name alone."""
    where = builder if ":" in builder else f"{builder}.build:build"
    return {
        name: SimulatedModel(title, f"simulators.{where}", faces, **marks)
        for name, title in titles.items()
    }


def _by_hand(builder: str, titles: Mapping[str, str]) -> dict[str, SimulatedModel]:
    """Return the rows of what has no interface."""
    return _family(builder, Faces(), titles)


ELECTRICAL = {
    **_family("fluke_5522a", CALIBRATOR, {
        "fluke-5520a": "Fluke 5520A multi-product calibrator",
        "fluke-5522a": "Fluke 5522A multi-product calibrator",
    }),
    **_family("fluke_8846a", FLUKE_METER, {
        "fluke-8845a": "Fluke 8845A digital multimeter",
        "fluke-8846a": "Fluke 8846A digital multimeter",
    }),
    **_family(
        # It writes its own CRs: a binary reply has any bytes.
        "fluke_289",
        Faces(serial=SerialFace(115200, line=Line(message_ends=b"\r", reply_end=b"\n"))),
        {
            "fluke-287": "Fluke 287 handheld multimeter",
            "fluke-289": "Fluke 289 handheld multimeter",
        },
        reading=rb"(?<=\r)-?\d\.\d+E-?\d+",
        overload=b"+9.99999999E+37",
    ),
    **_family(
        "fluke_8508a",
        Faces(gpib=True),
        {"fluke-8508a": "Fluke 8508A reference multimeter"},
        overload=b"+200.0000E+33",
    ),
    **_family(
        "hp_34401a",
        Faces(serial=SerialFace(clear_character=CTRL_C), gpib=True),
        {"hp-34401a": "HP/Agilent/Keysight 34401A digital multimeter"},
    ),
    **_family(
        "keithley_2000",
        Faces(serial=SerialFace(line=Line()), gpib=True),
        {"keithley-2000": "Keithley 2000 digital multimeter"},
        reading=rb"[+-]\d\.\d{6}E[+-]\d\d",
        overload=b"+9.900000E+37",
    ),
    **_family(
        "keithley_dmm6500",
        Faces(socket=LAN_SCPI, gpib=True, usb=True, vxi11=True),
        {"keithley-dmm6500": "Keithley DMM6500 digital multimeter"},
        reading=rb"-?\d\.\d{6}E[+-]\d\d",
        overload=b"9.900000E+37",
    ),
    **_family("keysight_truevolt", LXI, {
        f"keysight-{name}": f"Keysight {name.upper()} digital multimeter"
        for name in ("34460a", "34461a", "34465a", "34470a")
    }),
    **_family(
        "keysight_3458a",
        Faces(gpib=True),
        {"keysight-3458a": "HP/Agilent/Keysight 3458A digital multimeter"},
        reading=rb"[ -]\d\.\d{8}E[+-]\d\d",
        overload=b" 1.00000000E+38",
    ),
    **_family(
        "keysight_e36312a",
        LXI,
        {  # one role for each output that is used
            f"keysight-e36312a{output}": "Keysight E36312A triple-output power supply"
            for output in ("", "-output2", "-output3")
        },
        overload=b"",
        named=b"E36312A",
    ),
}  # fmt: skip

HAND_HELD = _by_hand(
    "hand_held", {"hand-held-multimeter": "Hand-held multimeter, 4½ digits, read by a person"}
)

LOADS = _by_hand(
    "artefacts.load_resistor:build", {"load-resistor": "Load resistor, connected by a person"}
)

TIME = {
    **_family(
        "keysight_53230a",
        LXI,
        {f"keysight-{name}": f"Keysight {name.upper()} counter" for name in ("53220a", "53230a")},
        reading=rb"[+-]\d\.\d{14}E[+-]\d{3}",
        overload=b"+9.91000000000000E+037",
    ),
    **_family(
        "srs_fs725",
        Faces(serial=SerialFace(line=RETURNS)),
        {"srs-fs725": "Stanford Research Systems FS725 rubidium frequency standard"},
        reading=NOTHING,
        overload=b"",
        named=b"PRS10",
    ),
    **_family(
        "keysight_33500b",
        LXI,
        {
            f"keysight-{name}": f"Keysight {name.upper()} waveform generator"
            for name in ("33511b", "33512b", "33521b", "33522b")
        },
        reading=NOTHING,
        overload=b"",
    ),
}

WELLS = {
    f"fluke-{name}{option}": f"Fluke {name}{option.upper()} field metrology well{electronics}"
    for name in ("9142", "9143", "9144")
    for option, electronics in (("", ""), ("-p", " with process electronics"))
}
HART_READING = rb"(?<=\bt: ) *-?\d+\.\d+"  # what follows `t: ` in the classic Hart language
TEMPERATURE = {
    **_family(
        "fluke_914x",
        Faces(serial=SerialFace()),
        WELLS,
        reading=rb"-?\d+\.\d{3}\b",
        overload=b"",
    ),
    **_family(
        "hart_7341",
        Faces(serial=SerialFace(2400)),
        {"hart-7341": "Hart 7341 calibration bath"},
        reading=HART_READING,
        overload=b"",
    ),
    **_family(
        "fluke_150x",
        READOUT,
        {
            "fluke-1502a": "Fluke 1502A thermometer readout",
            "fluke-1504": "Fluke 1504 thermistor thermometer readout",
        },
        reading=HART_READING,
        overload=b"",
    ),
    **_family(
        "fluke_159x",
        SUPER_THERMOMETER,
        {f"fluke-{name}": f"Fluke {name.upper()} Super-Thermometer" for name in ("1594a", "1595a")},
        reading=rb"-?\d+(\.\d+)?(?=,[CFKOR],)",  # what stands before its unit
        overload=b"",
    ),
    **_family(
        "isotech_millik",
        MILLIK,
        {"isotech-millik": "IsoTech milliK precision thermometer"},
        reading=rb"-?\d+\.\d{6}\b",
        overload=b"9.9E37",
    ),
    **_by_hand("artefacts.prt", {
        "prt": "Reference platinum resistance thermometer, 100 Ω",
        "sprt": "Standard platinum resistance thermometer, 25.5 Ω",
        "pt100": "Industrial platinum resistance thermometer",
        "thermistor": "Thermistor probe, 10 kΩ",
    }),
    **_by_hand(
        "artefacts.digital_thermometer:build",
        {"thermometer": "Digital thermometer, read by a person"},
    ),
    **_by_hand(
        "artefacts.thermometer_probes:build",
        {"thermometer-probes": "Thermometer probes placed by a person"},
    ),
}  # fmt: skip

PRESSURE = {
    **_family(
        "druck_pace",
        Faces(socket=LAN_SCPI, serial=SerialFace(), gpib=True, usb=True, vxi11=True),
        {
            "druck-pace5000": "Druck PACE5000 pressure controller",
            "druck-pace6000": "Druck PACE6000 pressure controller",
            "druck-pace1000": "Druck PACE1000 pressure indicator",
        },
        reading=rb"(?:(?<=:SENS:PRES )|(?<=:SENS2:PRES )|(?<=PRES:INL ))-?\d+\.\d+",
        overload=b"",
    ),
    **_family(
        "additel_adt681:build",
        Faces(serial=SerialFace(9600, "8N1", ADDITEL)),
        {"additel-adt681": "Additel ADT681 digital pressure gauge"},
        reading=rb"(?<=MRMD:)[ \d.-]{8}",
        overload=b"",
    ),
    **_by_hand(
        "artefacts.pressure_gauge:build",
        {"pressure-gauge": "Dial gauge for pressure, read by a person"},
    ),
    **_by_hand(
        "artefacts.pressure_transmitter:build",
        {"pressure-transmitter": "Pressure transmitter, 4 mA to 20 mA, in a loop with an ammeter"},
    ),
}

MASS = {
    **_family(
        "mettler_sics",
        SICS,
        {
            "mettler-xsr205du": "Mettler-Toledo XSR205DU balance",
            "mettler-xs204": "Mettler-Toledo XS204 balance",
            "mettler-xpr205": "Mettler-Toledo XPR205 balance",
            "mettler-xpr6": "Mettler-Toledo XPR6 microbalance",
            "mettler-me204": "Mettler-Toledo ME204 balance",
            "mettler-ax1006": "Mettler-Toledo AX1006 mass comparator",
            "mettler-ax10005": "Mettler-Toledo AX10005 mass comparator",
        },
        reading=rb"(?<=[SD] )[ \d.-]{10}(?= [a-z])",
        overload=b"",
    ),
    **_family(
        "sartorius_sbi",
        Faces(serial=SerialFace(9600, "8O1", SBI_LINE), socket=SocketFace(49155, SBI_LINE)),
        {
            f"sartorius-{name}": f"Sartorius {name.upper()} balance"
            for name in ("mse225s", "mse1203s", "bce224")
        },
        reading=rb"[+-][ \d.]{9}(?= )",
        overload=b"",
    ),
    **_by_hand("artefacts.weight:build", {
        f"weight-{name.lower()}": f"Weight, OIML R 111-1 class {name}"
        for name in ("E1", "E2", "F1", "F2", "M1", "M2", "M3")
    }),
    **_by_hand(
        "artefacts.hand_balance:build",
        {"balance": "Balance or scale, read by a person"},
    ),
    **_by_hand("artefacts.weight_set:build", {
        f"weight-set-{name.lower()}": f"Set of weights, OIML R 111-1 class {name}"
        for name in ("E1", "E2", "F1", "F2", "M1", "M2", "M3")
    }),
}  # fmt: skip

LENGTH = {
    **_family(
        "mitutoyo_digimatic:build",
        Faces(serial=SerialFace(9600, "8N1", DIGIMATIC)),
        {
            f"mitutoyo-{tool}": f"Mitutoyo {title} with a Digimatic converter"
            for tool, title in (
                ("calliper", "calliper, 150 mm"),
                ("micrometer", "micrometer, 25 mm"),
                ("indicator", "indicator, 12.7 mm"),
                ("gauge", "linear gauge, 10 mm"),
            )
        },
        reading=rb"(?<=01A)[+-][\d.]{8}",
        overload=b"",
    ),
    **_by_hand("artefacts.gauge_block:build", {
        f"gauge-block-{grade.lower()}": f"Gauge block, ISO 3650 grade {grade}"
        for grade in ("K", "0", "1", "2")
    }),
    **_by_hand("artefacts.gauge_block_set:build", {
        f"gauge-block-set-{grade.lower()}": f"Set of gauge blocks, ISO 3650 grade {grade}"
        for grade in ("K", "0", "1", "2")
    }),
    **_by_hand("artefacts.hand_length:build", {
        "calliper": "Calliper, read by a person",
        "micrometer": "Micrometer, read by a person",
    }),
}  # fmt: skip

AIR = {
    **_family(
        "vaisala_ptu300",
        Faces(serial=SerialFace(4800, "7E1"), socket=SocketFace(23, Line(reply_end=b"\r\n"))),
        {"vaisala-ptu300": "Vaisala PTU300 pressure, humidity and temperature transmitter"},
        reading=rb"(?<![/\d] )-?\d+\.\d+(?! [A-Z]+(?:\b|3h))",
        overload=b"",
    ),
    **_family(
        "omega_ithx:build",
        Faces(socket=SocketFace(2000, RETURNS)),
        {"omega-ithx": "Omega iTHX-W3 thermo-hygrometer"},
        reading=rb"-?\d+\.\d",
        overload=b"",
    ),
    **_by_hand(
        "artefacts.thermo_hygrometer:build",
        {"thermo-hygrometer": "Thermo-hygrometer, read by a person"},
    ),
    **_by_hand(
        "artefacts.climatic_chamber:build",
        {"climatic-chamber": "Climatic chamber, set by a person"},
    ),
}

MODELS: Mapping[str, SimulatedModel] = {
    **ELECTRICAL, **HAND_HELD, **LOADS, **TIME, **TEMPERATURE, **PRESSURE, **MASS, **LENGTH, **AIR,
}  # fmt: skip
