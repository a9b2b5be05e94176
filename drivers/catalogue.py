"""Every model that can be driven, and how to reach one."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, cast

from drivers.capabilities import Instrument
from drivers.clock import Clock
from drivers.dialogue import Dialogue, Exchange
from drivers.errors import UnknownModel
from drivers.identity import ExpectedIdentity, Greeting
from drivers.link import Link, LinkFault
from drivers.link.serial import (
    Flow,
    SerialSettings,
    Terminator,
    open_serial,
    parse_serial_address,
)

if TYPE_CHECKING:
    from pyvisa import ResourceManager


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the catalogue.

    Attributes:
        title: what a person calls it.
        driver: module and class, imported when first needed.
        makers: maker fields of `*IDN?` that are this model's.
        models: model fields of `*IDN?` that are this model's.
        after_loss: commands that make it safe at the beginning of a session after a lost one.
        serial: how it speaks on a serial line unless the address says otherwise.
        echo_advice: what to do when it repeats what it is sent.
    """

    title: str
    driver: str
    makers: tuple[str, ...]
    models: tuple[str, ...]
    after_loss: tuple[str, ...] = ()
    serial: SerialSettings = field(default_factory=SerialSettings)
    echo_advice: str = "Switch its echo off"

    def driver_class(self) -> Callable[[Dialogue], Instrument]:
        """Return the class that speaks to it."""
        module, _, name = self.driver.partition(":")
        return cast(Callable[[Dialogue], Instrument], getattr(import_module(module), name))


_FLUKE_SERIAL = SerialSettings(9600, "8N1", Terminator.CRLF, Flow.XONXOFF)
_FLUKE_ECHO = (
    "The calibrator is in terminal mode: set REMOTE I/F to comp (computer) in its SETUP menu"
)
# "Agilent Technologies" on early 34461A units is from memory, unverified.
_KEYSIGHT = ("Keysight Technologies", "Agilent Technologies")

MODELS: Mapping[str, Model] = {
    "fluke-5520a": Model(
        "Fluke 5520A multi-product calibrator",
        "drivers.fluke.f5522a:Fluke5522A",
        makers=("FLUKE",),
        models=("5520A",),
        after_loss=("STBY",),
        serial=_FLUKE_SERIAL,
        echo_advice=_FLUKE_ECHO,
    ),
    "fluke-5522a": Model(
        "Fluke 5522A multi-product calibrator",
        "drivers.fluke.f5522a:Fluke5522A",
        makers=("FLUKE",),
        models=("5522A",),
        after_loss=("STBY",),
        serial=_FLUKE_SERIAL,
        echo_advice=_FLUKE_ECHO,
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
}


def models() -> Mapping[str, Model]:
    """Return the catalogue: model name → row."""
    return MODELS


def connect(
    model: str,
    name: str,
    address: str,
    *,
    serial: str | None,
    clock: Clock,
    manager: Callable[[], "ResourceManager"],
    trace: Callable[[Exchange], None] | None = None,
) -> Instrument:
    """Return the driver of `model` for the instrument called `name` at `address`.

    Nothing is opened before the first exchange; then maker, model and, if given, the `serial`
    number must be those expected, else that exchange raises WrongInstrument.

    Args:
        model: a name in the catalogue, e.g. "fluke-5522a".
        name: what the bench calls the instrument, e.g. "calibrator".
        address: a VISA address, or serial://… as in `drivers.link.serial`.
        serial: the serial number that must answer; None if any may.
        clock: what deadlines are measured with.
        manager: returns the VISA library to use, called when the address needs one.
        trace: called with everything that goes over the wire.

    Raises:
        UnknownModel: the catalogue has no such model.
        BadAddress: the serial:// address has a wrong part.
    """
    row = _row(model, name)
    opener = _opener(name, address, row.serial, clock, manager)
    greeting = Greeting(
        ExpectedIdentity(row.makers, row.models, serial),
        after_loss=row.after_loss,
        echo_advice=row.echo_advice,
    )
    dialogue = Dialogue(name, opener, clock, greeting=greeting, trace=trace)
    return row.driver_class()(dialogue)


def _row(model: str, name: str) -> Model:
    try:
        return MODELS[model]
    except KeyError as error:
        nearest = difflib.get_close_matches(model.lower(), MODELS, n=1)
        advice = f"Did you mean {nearest[0]!r}?" if nearest else f"Known are {', '.join(MODELS)}"
        raise UnknownModel(name, model, "not in the catalogue", advice) from error


def _opener(
    name: str,
    address: str,
    defaults: SerialSettings,
    clock: Clock,
    manager: Callable[[], "ResourceManager"],
) -> Callable[[], Link]:
    if not address.startswith("serial"):

        def open_with_visa() -> Link:
            from drivers.link.visa import open_visa  # pyvisa takes a third of a second to import

            return open_visa(address, manager(), clock, defaults)

        return open_with_visa
    try:
        line = parse_serial_address(address, defaults)
    except LinkFault as fault:
        raise fault.named(name, address) from fault
    return lambda: open_serial(line, clock)
