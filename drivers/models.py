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
    """

    title: str
    driver: str
    makers: tuple[str, ...]
    models: tuple[str, ...]
    serial: SerialSettings = field(default_factory=SerialSettings)
    socket: Framing = field(default_factory=Framing)
    states_serial: bool = True


_FLUKE_SERIAL = SerialSettings(9600, "8N1", Terminator.CRLF, Flow.XONXOFF)
# "Agilent Technologies" on early 34461A units is from memory, unverified.
_KEYSIGHT = ("Keysight Technologies", "Agilent Technologies")

_METTLER_SERIAL = SerialSettings(9600, "8N1", Terminator.CRLF)
_CRLF = Framing(Terminator.CRLF, Terminator.CRLF)


def _mettler(model: str, kind: str, class_name: str = "MtSicsBalance") -> Model:
    return Model(
        f"Mettler-Toledo {model} {kind}",
        f"drivers.mettler_toledo.mt_sics:{class_name}",
        makers=("Mettler-Toledo",),
        models=(model,),
        serial=_METTLER_SERIAL,
        socket=_CRLF,
    )


def _sartorius(model: str, kind: str, class_name: str = "SbiBalance") -> Model:
    return Model(
        f"Sartorius {model} {kind}",
        f"drivers.sartorius.sbi:{class_name}",
        makers=("Sartorius",),
        models=(model,),
        serial=SerialSettings(9600, "8O1", Terminator.CRLF),
        socket=_CRLF,
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
    "mettler-xs204": _mettler("XS204", "analytical balance"),
    "mettler-xsr205du": _mettler("XSR205DU", "analytical balance"),
    "sartorius-bce224": _sartorius("BCE224", "Entris II analytical balance"),
    "sartorius-mse1203s": _sartorius("MSE1203S", "Cubis precision balance", "Mse1203S"),
    "sartorius-mse225s": _sartorius("MSE225S", "Cubis semi-micro balance"),
}
