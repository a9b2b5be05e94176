"""Every model that can be simulated: who builds it, how it is reached, how its readings look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from simulators.errors import UnknownName
from simulators.faces import Faces, Line, SerialFace, SocketFace
from simulators.sartorius_sbi.framing import sbi_command

if TYPE_CHECKING:  # a list of models needs no physics
    from simulators.panel import Panel
    from simulators.true_error import Errors
    from simulators.world import World


@dataclass(frozen=True)
class InstrumentSpec:
    """One instrument to put on the bench.

    Attributes:
        name: its role, and the first word of its terminals.
        model: one of `MODELS`.
        serial: the number it gives when asked who it is.
        errors: function → {"gain_ppm": …, "offset_ppm_of_range": …}; what is not set is drawn.
        constants: what this specimen is made of, under the names its builder knows (a probe's
            true coefficients); what is not set is drawn.
    """

    name: str
    model: str
    serial: str
    errors: "Errors" = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)


def _nothing() -> None:
    """Do nothing: the instrument has no such thing."""


@dataclass(frozen=True, slots=True)
class Built:
    """An instrument in the world.

    Attributes:
        panel: what carries messages out; None where it has no interface (a weight, a probe).
        physics: what is true of it, for tests and for onlookers such as `SimulatedBench`.
        terminal: makes the face of a serial line in its chatty mode from the panel with faults.
        serial: makes what its serial line shows from the panel with faults, where that differs
            from what the other interfaces show (a 34401A listens only once it is remote).
        trip: switches its output off as a protection does; nothing where it has none.
        warn: makes it warn that its calibration has expired, where it can.
        turn: moves the switch that chooses its function, where only a hand can; None: there is
            none.
    """

    panel: "Panel | None"
    physics: object
    terminal: "Chatty | None" = None
    serial: "Chatty | None" = None
    trip: Callable[[], None] = _nothing
    warn: Callable[[], None] = _nothing
    turn: Callable[[str], None] | None = None


class Chatty(Protocol):
    """Wraps a panel into its terminal mode (echo and prompts)."""

    def __call__(self, panel: "Panel") -> "Panel":
        """Return the wrapped panel."""
        ...


class Builder(Protocol):
    """Puts one instrument into the world: installs its terminals and returns it."""

    def __call__(self, spec: InstrumentSpec, world: "World") -> Built:
        """Build the instrument of `spec`."""
        ...


@dataclass(frozen=True, slots=True)
class SimulatedModel:
    """One row of the catalogue.

    Attributes:
        title: what a person calls it.
        builder: "module:function", imported when first needed; see `Builder`.
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

    def build(self, spec: InstrumentSpec, world: "World") -> Built:
        """Put the instrument of `spec` into `world`."""
        module, _, function = self.builder.partition(":")
        return cast(Builder, getattr(import_module(module), function))(spec, world)


LAN_SCPI = SocketFace(5025)
"""Most LXI instruments."""

MILLIKELVINS = rb"-?\d+\.\d{3}\b"
"""A reading of the metrology wells."""

HART_READING = rb"(?<=\bt: ) *-?\d+\.\d+"
"""A reading in the classic Hart language: what follows `t: `."""

NO_READING = rb"(?!)"
"""Of instruments that measure nothing."""

CTRL_C, CTRL_T = 0x03, 0x14
"""What stands for the messages of a bus on some serial lines."""

STAMPED_READING = rb"-?\d+(\.\d+)?(?=,[CFKOR],)"
"""A reading of the Super-Thermometers: what stands before its unit."""

LAN_PLAIN = SocketFace(5025, Line())  # the port is from memory, unverified
MILLIK_LAN = SocketFace(1000, Line(reply_end=b"\r\n"))  # likewise
PROBE = "simulators.prt.build:build"
NO_FACES = Faces()


def _fluke_socket() -> SocketFace:
    """Return the raw socket of Fluke's bench multimeters (from memory, unverified)."""
    return SocketFace(3490, Line(message_ends=b"\n", reply_end=b"\r\n"), clients=1)


SICS_SOCKET = SocketFace(8001, Line(reply_end=b"\r\n"))
"""Port from a public client, unverified in a manual."""

CARRIAGE_RETURNS = Line(message_ends=b"\r", reply_end=b"\r")
DIGIMATIC = Line(reply_end=b"\r", complete=bool)
"""Any character asks for a reading."""

SBI_LINE = Line(reply_end=b"\r\n", complete=sbi_command)

MODELS: Mapping[str, SimulatedModel] = {
    "fluke-5520a": SimulatedModel(
        "Fluke 5520A multi-product calibrator",
        "simulators.fluke_5522a.build:build",
        Faces(serial=SerialFace(clear_character=CTRL_C, trigger_character=CTRL_T), gpib=True),
    ),
    "fluke-5522a": SimulatedModel(
        "Fluke 5522A multi-product calibrator",
        "simulators.fluke_5522a.build:build",
        Faces(serial=SerialFace(clear_character=CTRL_C, trigger_character=CTRL_T), gpib=True),
    ),
    "fluke-8845a": SimulatedModel(
        "Fluke 8845A digital multimeter",
        "simulators.fluke_8846a.build:build",
        Faces(socket=_fluke_socket(), serial=SerialFace(), gpib=True),
    ),
    "fluke-8846a": SimulatedModel(
        "Fluke 8846A digital multimeter",
        "simulators.fluke_8846a.build:build",
        Faces(socket=_fluke_socket(), serial=SerialFace(), gpib=True),
    ),
    **{
        f"fluke-{name}": SimulatedModel(
            f"Fluke {name} handheld multimeter",
            "simulators.fluke_289.build:build",
            # It writes its own CRs: a binary reply has any bytes.
            Faces(serial=SerialFace(115200, line=Line(message_ends=b"\r", reply_end=b"\n"))),
            reading=rb"(?<=\r)-?\d\.\d+E-?\d+",
            overload=b"+9.99999999E+37",
        )
        for name in ("287", "289")
    },
    "fluke-8508a": SimulatedModel(
        "Fluke 8508A reference multimeter",
        "simulators.fluke_8508a.build:build",
        Faces(gpib=True),
        overload=b"+200.0000E+33",
    ),
    "hp-34401a": SimulatedModel(
        "HP/Agilent/Keysight 34401A digital multimeter",
        "simulators.hp_34401a.build:build",
        Faces(serial=SerialFace(clear_character=CTRL_C), gpib=True),
    ),
    "keithley-2000": SimulatedModel(
        "Keithley 2000 digital multimeter",
        "simulators.keithley_2000.build:build",
        Faces(serial=SerialFace(line=Line()), gpib=True),
        reading=rb"[+-]\d\.\d{6}E[+-]\d\d",
        overload=b"+9.900000E+37",
    ),
    "keithley-dmm6500": SimulatedModel(
        "Keithley DMM6500 digital multimeter",
        "simulators.keithley_dmm6500.build:build",
        Faces(socket=LAN_SCPI, gpib=True, usb=True, vxi11=True),
        reading=rb"-?\d\.\d{6}E[+-]\d\d",
        overload=b"9.900000E+37",
    ),
    "keysight-34460a": SimulatedModel(
        "Keysight 34460A digital multimeter",
        "simulators.keysight_truevolt.build:build",
        Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True),
    ),
    "keysight-34461a": SimulatedModel(
        "Keysight 34461A digital multimeter",
        "simulators.keysight_truevolt.build:build",
        Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True),
    ),
    "keysight-34465a": SimulatedModel(
        "Keysight 34465A digital multimeter",
        "simulators.keysight_truevolt.build:build",
        Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True),
    ),
    "keysight-34470a": SimulatedModel(
        "Keysight 34470A digital multimeter",
        "simulators.keysight_truevolt.build:build",
        Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True),
    ),
    "keysight-3458a": SimulatedModel(
        "HP/Agilent/Keysight 3458A digital multimeter",
        "simulators.keysight_3458a.build:build",
        Faces(gpib=True),
        reading=rb"[ -]\d\.\d{8}E[+-]\d\d",
        overload=b" 1.00000000E+38",
    ),
    **{
        f"keysight-{name}": SimulatedModel(
            f"Keysight {name.upper()} counter",
            "simulators.keysight_53230a.build:build",
            Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True),
            reading=rb"[+-]\d\.\d{14}E[+-]\d{3}",
            overload=b"+9.91000000000000E+037",
        )
        for name in ("53220a", "53230a")
    },
    "srs-fs725": SimulatedModel(
        "Stanford Research Systems FS725 rubidium frequency standard",
        "simulators.srs_fs725.build:build",
        Faces(serial=SerialFace(line=Line(message_ends=b"\r", reply_end=b"\r"))),
        reading=NO_READING,
        overload=b"",
        named=b"PRS10",
    ),
    **{
        f"keysight-{name}": SimulatedModel(
            f"Keysight {name.upper()} waveform generator",
            "simulators.keysight_33500b.build:build",
            Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True),
            reading=NO_READING,
            overload=b"",
        )
        for name in ("33511b", "33512b", "33521b", "33522b")
    },
    **{
        f"keysight-e36312a{output}": SimulatedModel(  # one role for each output that is used
            "Keysight E36312A triple-output power supply",
            "simulators.keysight_e36312a.build:build",
            Faces(socket=LAN_SCPI, gpib=True, usb=True, hislip=True, vxi11=True),
            overload=b"",
            named=b"E36312A",
        )
        for output in ("", "-output2", "-output3")
    },
    "fluke-9142": SimulatedModel(
        "Fluke 9142 field metrology well",
        "simulators.fluke_914x.build:build",
        Faces(serial=SerialFace()),
        reading=MILLIKELVINS,
        overload=b"",
    ),
    "fluke-9142-p": SimulatedModel(
        "Fluke 9142-P field metrology well with process electronics",
        "simulators.fluke_914x.build:build",
        Faces(serial=SerialFace()),
        reading=MILLIKELVINS,
        overload=b"",
    ),
    "fluke-9143": SimulatedModel(
        "Fluke 9143 field metrology well",
        "simulators.fluke_914x.build:build",
        Faces(serial=SerialFace()),
        reading=MILLIKELVINS,
        overload=b"",
    ),
    "fluke-9143-p": SimulatedModel(
        "Fluke 9143-P field metrology well with process electronics",
        "simulators.fluke_914x.build:build",
        Faces(serial=SerialFace()),
        reading=MILLIKELVINS,
        overload=b"",
    ),
    "fluke-9144": SimulatedModel(
        "Fluke 9144 field metrology well",
        "simulators.fluke_914x.build:build",
        Faces(serial=SerialFace()),
        reading=MILLIKELVINS,
        overload=b"",
    ),
    "fluke-9144-p": SimulatedModel(
        "Fluke 9144-P field metrology well with process electronics",
        "simulators.fluke_914x.build:build",
        Faces(serial=SerialFace()),
        reading=MILLIKELVINS,
        overload=b"",
    ),
    "hart-7341": SimulatedModel(
        "Hart 7341 calibration bath",
        "simulators.hart_7341.build:build",
        Faces(serial=SerialFace(2400)),
        reading=HART_READING,
        overload=b"",
    ),
    "fluke-1502a": SimulatedModel(
        "Fluke 1502A thermometer readout",
        "simulators.fluke_150x.build:build",
        Faces(serial=SerialFace(2400), gpib=True),
        reading=HART_READING,
        overload=b"",
    ),
    "fluke-1504": SimulatedModel(
        "Fluke 1504 thermistor thermometer readout",
        "simulators.fluke_150x.build:build",
        Faces(serial=SerialFace(2400), gpib=True),
        reading=HART_READING,
        overload=b"",
    ),
    "fluke-1594a": SimulatedModel(
        "Fluke 1594A Super-Thermometer",
        "simulators.fluke_159x.build:build",
        Faces(socket=LAN_PLAIN, serial=SerialFace(), gpib=True, usb=True),
        reading=STAMPED_READING,
        overload=b"",
    ),
    "fluke-1595a": SimulatedModel(
        "Fluke 1595A Super-Thermometer",
        "simulators.fluke_159x.build:build",
        Faces(socket=LAN_PLAIN, serial=SerialFace(), gpib=True, usb=True),
        reading=STAMPED_READING,
        overload=b"",
    ),
    "isotech-millik": SimulatedModel(
        "IsoTech milliK precision thermometer",
        "simulators.isotech_millik.build:build",
        Faces(socket=MILLIK_LAN, serial=SerialFace(line=Line(reply_end=b"\r"))),
        reading=rb"-?\d+\.\d{6}\b",
        overload=b"9.9E37",
    ),
    "prt": SimulatedModel("Reference platinum resistance thermometer, 100 Ω", PROBE, NO_FACES),
    "sprt": SimulatedModel("Standard platinum resistance thermometer, 25.5 Ω", PROBE, NO_FACES),
    "pt100": SimulatedModel("Industrial platinum resistance thermometer", PROBE, NO_FACES),
    "thermistor": SimulatedModel("Thermistor probe, 10 kΩ", PROBE, NO_FACES),
    **{
        f"druck-{name.lower()}": SimulatedModel(
            f"Druck {name} pressure {role}",
            "simulators.druck_pace.build:build",
            Faces(socket=LAN_SCPI, serial=SerialFace(), gpib=True, usb=True, vxi11=True),
            reading=rb"(?:(?<=:SENS:PRES )|(?<=:SENS2:PRES )|(?<=PRES:INL ))-?\d+\.\d+",
            overload=b"",
        )
        for name, role in (
            ("PACE5000", "controller"),
            ("PACE6000", "controller"),
            ("PACE1000", "indicator"),
        )
    },
    **{
        f"mettler-{name.lower()}": SimulatedModel(
            f"Mettler-Toledo {name} {kind}",
            "simulators.mettler_sics.build:build",
            Faces(serial=SerialFace(), socket=SICS_SOCKET),
            reading=rb"(?<=[SD] )[ \d.-]{10}(?= [a-z])",
            overload=b"",
            named=name.encode(),
        )
        for name, kind in (
            ("XSR205DU", "balance"),
            ("XS204", "balance"),
            ("XPR205", "balance"),
            ("XPR6", "microbalance"),
            ("ME204", "balance"),
            ("AX1006", "mass comparator"),
            ("AX10005", "mass comparator"),
        )
    },
    **{
        f"sartorius-{name.lower()}": SimulatedModel(
            f"Sartorius {name} balance",
            "simulators.sartorius_sbi.build:build",
            Faces(serial=SerialFace(9600, "8O1", SBI_LINE), socket=SocketFace(49155, SBI_LINE)),
            reading=rb"[+-][ \d.]{9}(?= )",
            overload=b"",
            named=name.encode(),
        )
        for name in ("MSE225S", "MSE1203S", "BCE224")
    },
    "vaisala-ptu300": SimulatedModel(
        "Vaisala PTU300 pressure, humidity and temperature transmitter",
        "simulators.vaisala_ptu300.build:build",
        Faces(serial=SerialFace(4800, "7E1"), socket=SocketFace(23, Line(reply_end=b"\r\n"))),
        reading=rb"(?<![/\d] )-?\d+\.\d+(?! [A-Z]+(?:\b|3h))",
        overload=b"",
    ),
    "omega-ithx": SimulatedModel(
        "Omega iTHX-W3 thermo-hygrometer",
        "simulators.omega_ithx:build",
        Faces(socket=SocketFace(2000, CARRIAGE_RETURNS)),
        reading=rb"-?\d+\.\d",
        overload=b"",
    ),
    **{
        f"mitutoyo-{tool}": SimulatedModel(
            f"Mitutoyo {title} with a Digimatic converter",
            "simulators.mitutoyo_digimatic:build",
            Faces(serial=SerialFace(9600, "8N1", DIGIMATIC)),
            reading=rb"(?<=01A)[+-][\d.]{8}",
            overload=b"",
        )
        for tool, title in (
            ("calliper", "calliper, 150 mm"),
            ("micrometer", "micrometer, 25 mm"),
            ("indicator", "indicator, 12.7 mm"),
            ("gauge", "linear gauge, 10 mm"),
        )
    },
    "pressure-gauge": SimulatedModel(
        "Dial gauge for pressure, read by a person", "simulators.pressure_gauge:build", NO_FACES
    ),
    **{
        f"weight-{class_.lower()}": SimulatedModel(
            f"Weight, OIML R 111-1 class {class_}", "simulators.weight:build", NO_FACES
        )
        for class_ in ("E1", "E2", "F1", "F2", "M1", "M2", "M3")
    },
    **{
        f"gauge-block-{grade.lower()}": SimulatedModel(
            f"Gauge block, ISO 3650 grade {grade}", "simulators.gauge_block:build", NO_FACES
        )
        for grade in ("K", "0", "1", "2")
    },
}


def model_of(name: str) -> SimulatedModel:
    """Return the row of a model.

    Raises:
        UnknownName: there is none; the nearest is named.
    """
    if name not in MODELS:
        raise UnknownName("model", name, MODELS)
    return MODELS[name]
