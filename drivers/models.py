"""The models that can be driven: who speaks to each, how it names itself, how its lines end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.link import Framing, Terminator
from drivers.link.serial import Flow, SerialSettings


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the catalogue.

    Attributes:
        title: what a person calls it.
        driver: module and class, imported when first needed.
        makers: how it may name its maker.
        models: how it may name its model.
        serial: how it speaks on a serial line unless the address says otherwise.
        socket: how its lines end on a raw socket.
        states_serial: whether it can say its serial number; if not, nobody can check it.
        unverified: what of the driver rests on memory or on second-hand texts.
        by_hand: it has no interface; a person reads or handles it (`drivers.by_hand`).
    """

    title: str
    driver: str
    makers: tuple[str, ...]
    models: tuple[str, ...]
    serial: SerialSettings = field(default_factory=SerialSettings)
    socket: Framing = field(default_factory=Framing)
    states_serial: bool = True
    unverified: str = ""
    by_hand: bool = False


_FLUKE_SERIAL = SerialSettings(9600, "8N1", Terminator.CRLF, Flow.XONXOFF)
# "Agilent Technologies" on early 34461A units is from memory, unverified.
_KEYSIGHT = ("Keysight Technologies", "Agilent Technologies")
# Most captures are 8N1; from memory, unverified: the factory sets 7E2.
_HP_SERIAL = SerialSettings(
    9600, "8N1", Terminator.LF, Flow.DSRDTR, reply_terminator=Terminator.CRLF
)
_8846A_SERIAL = SerialSettings(9600, "8N1", Terminator.CRLF, Flow.RTSCTS)
_IR_SERIAL = SerialSettings(115200, "8N1", Terminator.CR)

_METTLER_SERIAL = SerialSettings(9600, "8N1", Terminator.CRLF)
_CRLF = Framing(Terminator.CRLF, Terminator.CRLF)
_CR = Framing(Terminator.CR, Terminator.CR)


_SICS_NAMED = "capacity; TCP port"
_SICS = f"how it writes its type; {_SICS_NAMED}"


def _mettler(
    model: str, kind: str, class_name: str = "MtSicsBalance", *, unverified: str = _SICS
) -> Model:
    return Model(
        f"Mettler-Toledo {model} {kind}",
        f"drivers.mettler_toledo.mt_sics:{class_name}",
        makers=("Mettler-Toledo",),
        models=(model,),
        serial=_METTLER_SERIAL,
        socket=_CRLF,
        unverified=unverified,
    )


def _sartorius(model: str, kind: str, class_name: str = "SbiBalance", *, unverified: str) -> Model:
    return Model(
        f"Sartorius {model} {kind}",
        f"drivers.sartorius.sbi:{class_name}",
        makers=("Sartorius",),
        # An I follows where the adjustment weight is built in (BCE224I; from memory, unverified).
        models=(model, f"{model}I"),
        serial=SerialSettings(9600, "8O1", Terminator.CRLF),
        socket=_CRLF,
        unverified=unverified,
    )


def _by_hand(title: str, driver: str) -> Model:
    """Return the row of what cannot say who made it; the bench file does."""
    where = f"drivers.by_hand.{driver}"
    return Model(title, where, makers=(), models=(), states_serial=False, by_hand=True)


def _pace(model: str, kind: str = "controller", class_name: str = "Pace") -> Model:
    return Model(
        f"Druck {model} pressure {kind}",
        f"drivers.druck.pace:{class_name}",
        makers=("GE Druck", "Druck"),
        models=(model, f"{model.capitalize()} User Interface"),
        unverified="TCP port, from a public client; factory settings of the serial line",
    )


def _well(model: str, class_name: str, process: str = "") -> Model:
    reference = "; reference input, from a public client; its range" if process else ""
    return Model(
        f"Fluke {model}{process} field metrology well",
        f"drivers.fluke.metrology_well:{class_name}",
        makers=("HART", "FLUKE"),
        models=(model,),
        serial=SerialSettings(9600, "8N1", Terminator.CR),
        unverified=f"range; FLUKE as maker on later firmware; stability test, from a public client"
        f"{reference}",
    )


def _readout(model: str, class_name: str) -> Model:
    return Model(
        f"Fluke {model} thermometer readout",
        f"drivers.fluke.readout:{class_name}",
        makers=("HART", "FLUKE"),  # HART: 1502A User's Guide, p. 33
        models=(model,),
        serial=SerialSettings(2400, "8N1", Terminator.CR),
        unverified="default baud rate; what an open probe shows; ranges; FLUKE as maker",
    )


def _super_thermometer(model: str) -> Model:
    return Model(
        f"Fluke {model} Super-Thermometer",
        "drivers.fluke.super_thermometer:SuperThermometer",
        makers=("FLUKE", "HART"),
        models=(model,),
        serial=SerialSettings(9600, "8N1", Terminator.CR),
        unverified="identity; default baud rate; TCP port; CALC<n>:TYPE? as a query; ranges",
    )


def _digimatic(kind: str, class_name: str) -> Model:
    return Model(
        f"Mitutoyo Digimatic {kind} through a serial converter",
        f"drivers.mitutoyo.digimatic:{class_name}",
        makers=("Mitutoyo",),
        models=("Digimatic",),
        serial=SerialSettings(9600, "8N1", Terminator.NONE, reply_terminator=Terminator.CR),
        socket=Framing(Terminator.NONE, Terminator.CR),
        states_serial=False,
        unverified="what asks for a value; error numbers; text of two decimals",
    )


MODELS: Mapping[str, Model] = {
    "fluke-5520a": Model(
        "Fluke 5520A multi-product calibrator",
        "drivers.fluke.f5522a:Fluke5522A",
        makers=("FLUKE",),
        models=("5520A",),
        serial=_FLUKE_SERIAL,
    ),
    "fluke-5522a": Model(
        "Fluke 5522A multi-product calibrator",
        "drivers.fluke.f5522a:Fluke5522A",
        makers=("FLUKE",),
        models=("5522A",),
        serial=_FLUKE_SERIAL,
    ),
    "keysight-34460a": Model(
        "Keysight 34460A digital multimeter",
        "drivers.keysight.truevolt:Keysight34460A",
        makers=_KEYSIGHT,
        models=("34460A",),
    ),
    "keysight-34461a": Model(
        "Keysight 34461A digital multimeter",
        "drivers.keysight.truevolt:Truevolt",
        makers=_KEYSIGHT,
        models=("34461A",),
    ),
    "keysight-34465a": Model(
        "Keysight 34465A digital multimeter",
        "drivers.keysight.truevolt:Keysight34465A",
        makers=_KEYSIGHT,
        models=("34465A",),
    ),
    "keysight-34470a": Model(
        "Keysight 34470A digital multimeter",
        "drivers.keysight.truevolt:Keysight34470A",
        makers=_KEYSIGHT,
        models=("34470A",),
    ),
    "mettler-ax1006": _mettler("AX1006", "mass comparator", "Ax1006"),
    "mettler-ax10005": _mettler("AX10005", "mass comparator", "Ax10005"),
    "mettler-me204": _mettler("ME204", "analytical balance"),
    "mettler-xpr205": _mettler("XPR205", "analytical balance"),
    "mettler-xpr6": _mettler("XPR6", "microbalance", "Xpr6"),
    "mettler-xs204": _mettler("XS204", "analytical balance", unverified=_SICS_NAMED),
    "mettler-xsr205du": _mettler("XSR205DU", "analytical balance", unverified=_SICS_NAMED),
    "sartorius-bce224": _sartorius(
        "BCE224",
        "Entris II analytical balance",
        unverified="how it writes its model; capacity; how near to zero a zeroed pan shows",
    ),
    "sartorius-mse1203s": _sartorius(
        "MSE1203S",
        "Cubis precision balance",
        "Mse1203S",
        unverified="capacity; how near to zero a zeroed pan shows",
    ),
    "sartorius-mse225s": _sartorius(
        "MSE225S",
        "Cubis semi-micro balance",
        unverified="how it writes its model; capacity; how near to zero a zeroed pan shows",
    ),
    "fluke-287": Model(
        "Fluke 287 hand-held multimeter",
        "drivers.fluke.f289:Fluke289",
        makers=("FLUKE",),
        models=("287",),
        serial=_IR_SERIAL,
    ),
    "fluke-289": Model(
        "Fluke 289 hand-held multimeter",
        "drivers.fluke.f289:Fluke289",
        makers=("FLUKE",),
        models=("289",),
        serial=_IR_SERIAL,
    ),
    "fluke-8508a": Model(
        "Fluke 8508A reference multimeter",
        "drivers.fluke.f8508a:Fluke8508A",
        makers=("FLUKE",),
        models=("8508A",),
    ),
    "fluke-8845a": Model(
        "Fluke 8845A digital multimeter",
        "drivers.fluke.f8846a:Fluke8846A",
        makers=("FLUKE",),
        models=("8845A",),
        serial=_8846A_SERIAL,
    ),
    "fluke-8846a": Model(
        "Fluke 8846A digital multimeter",
        "drivers.fluke.f8846a:Fluke8846A",
        makers=("FLUKE",),
        models=("8846A",),
        serial=_8846A_SERIAL,
    ),
    "keithley-2000": Model(
        "Keithley 2000 digital multimeter",
        "drivers.keithley.k2000:Keithley2000",
        makers=("KEITHLEY INSTRUMENTS INC.",),
        models=("MODEL 2000",),
    ),
    "keithley-dmm6500": Model(
        "Keithley DMM6500 digital multimeter",
        "drivers.keithley.dmm6500:KeithleyDmm6500",
        makers=("KEITHLEY INSTRUMENTS",),
        models=("MODEL DMM6500",),
    ),
    "keysight-3458a": Model(
        "HP, Agilent or Keysight 3458A digital multimeter",
        "drivers.keysight.hp3458a:Hp3458A",
        makers=("HP", "Keysight"),
        models=("3458A",),
        states_serial=False,
    ),
    "hp-34401a": Model(
        "HP, Agilent or Keysight 34401A digital multimeter",
        "drivers.keysight.hp34401a:Hp34401A",
        makers=("HEWLETT-PACKARD", "Agilent Technologies", "Keysight Technologies"),
        models=("34401A",),
        serial=_HP_SERIAL,
        states_serial=False,
    ),
    "keysight-33511b": Model(
        "Keysight 33511B waveform generator",
        "drivers.keysight.generator33500b:Keysight33511B",
        makers=_KEYSIGHT,
        models=("33511B",),
    ),
    "keysight-33512b": Model(
        "Keysight 33512B waveform generator",
        "drivers.keysight.generator33500b:Keysight33511B",
        makers=_KEYSIGHT,
        models=("33512B",),
    ),
    "keysight-33521b": Model(
        "Keysight 33521B waveform generator",
        "drivers.keysight.generator33500b:Keysight33521B",
        makers=_KEYSIGHT,
        models=("33521B",),
    ),
    "keysight-33522b": Model(
        "Keysight 33522B waveform generator",
        "drivers.keysight.generator33500b:Keysight33521B",
        makers=_KEYSIGHT,
        models=("33522B",),
    ),
    "keysight-53220a": Model(
        "Keysight 53220A universal counter",
        "drivers.keysight.counter53230a:Keysight53230A",
        makers=_KEYSIGHT,
        models=("53220A",),
    ),
    "keysight-53230a": Model(
        "Keysight 53230A universal counter",
        "drivers.keysight.counter53230a:Keysight53230A",
        makers=_KEYSIGHT,
        models=("53230A",),
    ),
    "keysight-e36312a": Model(
        "Keysight E36312A supply, output 1",
        "drivers.keysight.e36312a:KeysightE36312A",
        makers=_KEYSIGHT,
        models=("E36312A",),
    ),
    "keysight-e36312a-output2": Model(
        "Keysight E36312A supply, output 2",
        "drivers.keysight.e36312a:KeysightE36312AOutput2",
        makers=_KEYSIGHT,
        models=("E36312A",),
    ),
    "keysight-e36312a-output3": Model(
        "Keysight E36312A supply, output 3",
        "drivers.keysight.e36312a:KeysightE36312AOutput3",
        makers=_KEYSIGHT,
        models=("E36312A",),
    ),
    "srs-fs725": Model(
        "SRS FS725 rubidium frequency standard",
        "drivers.srs.fs725:SrsFs725",
        makers=("Stanford Research Systems",),
        models=("PRS10",),
        serial=SerialSettings(9600, "8N1", Terminator.CR),
        unverified="commands, from captures and public drivers",
    ),
    "additel-adt681": Model(
        "Additel ADT681 digital pressure gauge",
        "drivers.additel.adt681:AdditelGauge",
        makers=("Additel",),
        models=("ADT681",),
        serial=SerialSettings(9600, "8N1", Terminator.LF),
        states_serial=False,
        unverified="parameter, width and unit of a reading, from public clients; identity; ranges",
    ),
    "druck-pace1000": _pace("PACE1000", "indicator", "PaceIndicator"),
    "druck-pace5000": _pace("PACE5000"),
    "druck-pace6000": _pace("PACE6000"),
    "fluke-9142": _well("9142", "MetrologyWell"),
    "fluke-9142-p": _well("9142", "ProcessWell", "-P"),
    "fluke-9143": _well("9143", "Fluke9143"),
    "fluke-9143-p": _well("9143", "Fluke9143P", "-P"),
    "fluke-9144": _well("9144", "Fluke9144"),
    "fluke-9144-p": _well("9144", "Fluke9144P", "-P"),
    "hart-7341": Model(
        "Hart (Fluke) 7341 calibration bath",
        "drivers.fluke.hart_bath:HartBath",
        makers=("Hart",),
        models=("7341",),
        serial=SerialSettings(2400, "8N1", Terminator.CR),
        states_serial=False,
        unverified="what a tripped cut-out reads; range, from a public client",
    ),
    "fluke-1502a": _readout("1502A", "Readout"),
    "fluke-1504": _readout("1504", "Fluke1504"),
    "fluke-1594a": _super_thermometer("1594A"),
    "fluke-1595a": _super_thermometer("1595A"),
    "isotech-millik": Model(
        "IsoTech milliK precision thermometer",
        "drivers.isotech.millik:MilliK",
        makers=("Isothermal Technology",),
        models=("milliK",),
        serial=SerialSettings(9600, "8N1", Terminator.CR),
        socket=_CR,
        unverified="commands, from a public client; default baud rate; TCP port; errors",
    ),
    "mitutoyo-calliper": _digimatic("calliper, 0.01 mm,", "Calliper"),
    "mitutoyo-gauge": _digimatic("gauge, 0.0001 mm,", "FineGauge"),
    "mitutoyo-indicator": _digimatic("indicator, 0.001 mm,", "Digimatic"),
    "mitutoyo-micrometer": _digimatic("micrometer, 0.001 mm,", "Digimatic"),
    "omega-ithx": Model(
        "Omega iTHX transmitter",
        "drivers.omega.ithx:Ithx",
        makers=("Omega",),
        models=("iTHX",),
        socket=_CR,
        states_serial=False,
        unverified="commands and port, from a public client; ranges",
    ),
    "vaisala-ptu300": Model(
        "Vaisala PTU300 transmitter",
        "drivers.vaisala.ptu300:Ptu300",
        makers=("Vaisala",),
        models=("PTU300",),
        serial=SerialSettings(4800, "7E1", Terminator.CR, reply_terminator=Terminator.CRLF),
        socket=Framing(Terminator.CR, Terminator.CRLF),
        unverified="TCP port; temperature and humidity ranges",
    ),
    "load-resistor": _by_hand("Load resistor", "load_resistor:HandLoadResistor"),
    "balance": _by_hand("Balance", "balance:HandBalance"),
    "thermometer-probes": _by_hand("Thermometer probes", "thermometer_probes:ThermometerProbes"),
    "thermometer": _by_hand("Thermometer", "thermometer:HandThermometer"),
    "calliper": _by_hand("Calliper", "length:Calliper"),
    "micrometer": _by_hand("Micrometer", "length:Micrometer"),
    "hand-held-multimeter": _by_hand("Hand-held multimeter", "meter:HandHeldMultimeter"),
    "pressure-gauge": _by_hand("Pressure gauge", "pressure_gauge:HandReadGauge"),
    "pressure-transmitter": _by_hand(
        "Pressure transmitter", "pressure_transmitter:HandReadTransmitter"
    ),
    "thermo-hygrometer": _by_hand("Thermo-hygrometer", "thermo_hygrometer:ThermoHygrometer"),
    "climatic-chamber": _by_hand("Climatic chamber", "chamber:ClimaticChamber"),
    **{
        f"gauge-block-set-{grade.lower()}": _by_hand(
            f"Set of gauge blocks, ISO 3650 grade {grade}", "gauge_blocks:GaugeBlockSet"
        )
        for grade in ("K", "0", "1", "2")
    },
    **{
        f"weight-set-{name.lower()}": _by_hand(
            f"Set of weights, OIML R 111-1 class {name}", "weights:WeightSet"
        )
        for name in ("E1", "E2", "F1", "F2", "M1", "M2", "M3")
    },
}
