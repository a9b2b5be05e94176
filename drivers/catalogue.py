"""Every model that can be driven, and how to reach one."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import Field, fields, replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from drivers.capabilities import Identity, Instrument, Offers
from drivers.clock import Clock
from drivers.dialogue import Dialogue, Exchange
from drivers.errors import BadAddress, BadSetting, UnknownModel
from drivers.identity import ExpectedIdentity, Greeting
from drivers.link import Link, LinkFault
from drivers.link.serial import open_serial, parse_serial_address
from drivers.models import MODELS, Model
from drivers.person import PERSON, Person

if TYPE_CHECKING:
    from pyvisa import ResourceManager


ENTRY_POINTS = "station.drivers"
Setting = int | float | str
NO_SETTINGS: Mapping[str, Setting] = MappingProxyType({})

Wire = Callable[[str, Callable[[], Link]], Callable[[], Link]]


def direct(name: str, opener: Callable[[], Link]) -> Callable[[], Link]:
    """Return the opener itself: nothing lies between the driver and the wire."""
    return opener


class Driver(Instrument, Protocol):
    """What speaks to an instrument: made from its dialogue, with manners and reach of its own."""

    greeting: ClassVar[Greeting]
    offers: ClassVar[Offers]

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init__(self, dialogue: Dialogue, **settings: Setting) -> None: ...


class HandDriver(Instrument, Protocol):
    """What a person reads or handles (`drivers.by_hand`): made from the person and a name."""

    offers: ClassVar[Offers]

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init__(
        self, person: Person, name: str, identity: Identity, **settings: Setting
    ) -> None: ...


def driver_class(model: str, name: str = "") -> type[Driver]:
    """Return the class that speaks to `model`, imported now.

    Raises:
        UnknownModel: the catalogue has no such model; `name` is the instrument's on the bench.
    """
    return cast(type[Driver], _class(model_of(model, name)))


def _class(row: Model) -> object:
    module, _, class_name = row.driver.partition(":")
    return getattr(import_module(module), class_name)


def models() -> Mapping[str, Model]:
    """Return the catalogue: model name → row, our own and those of installed packages.

    A package adds rows by an entry point of the group "station.drivers" that names a mapping like
    `drivers.models.MODELS`.

    Raises:
        UnknownModel: a package cannot be loaded, or names a model that is known already.
    """
    from importlib.metadata import entry_points  # as slow as all of this module together

    known = dict(MODELS)
    for point in entry_points(group=ENTRY_POINTS):
        try:
            rows = cast(Mapping[str, Model], point.load())
        except (ImportError, AttributeError) as error:
            said = f"entry point {point.name!r} ({point.value}) cannot be loaded: {error}"
            advice = "Mend or uninstall that package"
            raise UnknownModel("catalogue", point.value, said, advice) from error
        for name, row in rows.items():
            if name in known:
                said = f"entry point {point.name!r} ({point.value}) names it again"
                raise UnknownModel("catalogue", name, said, "Give it another name")
            known[name] = row
    return known


def model_of(name: str, instrument: str = "") -> Model:
    """Return the row of the model `name`, of what is called `instrument` on the bench.

    Raises:
        UnknownModel: the catalogue has no such model; the nearest is named.
    """
    if name in MODELS:
        return MODELS[name]  # without a look at what packages are installed
    known = models()
    if name in known:
        return known[name]
    nearest = difflib.get_close_matches(name.lower(), known, n=1)
    advice = f"Did you mean {nearest[0]!r}?" if nearest else f"Known are {', '.join(known)}"
    raise UnknownModel(instrument, name, "not in the catalogue", advice)


def connect(
    model: str,
    name: str,
    address: str,
    *,
    serial: str | None,
    clock: Clock,
    manager: Callable[[], "ResourceManager"],
    trace: Callable[[Exchange], None] | None = None,
    wire: Wire = direct,
    settings: Mapping[str, Setting] = NO_SETTINGS,
    person: Person | None = None,
    look_only: bool = False,
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
        wire: the instrument's name and what opens its links → what is used instead, to record
            what goes over them, or to replay it.
        settings: fields of the driver besides its dialogue, e.g. the channel of a readout.
        person: who reads and handles what has no interface, at the address "person".
        look_only: a session begins without the commands that clear what stands in the instrument,
            so that its error queue can be read.

    Raises:
        UnknownModel: the catalogue has no such model.
        BadSetting: the driver has no such field.
        BadAddress: the serial:// address has a wrong part; there is nobody to read by hand.
    """
    row = model_of(model, name)
    if row.by_hand or address == PERSON:
        return _by_hand(row, model, name, address, serial or "", settings, person)
    driver = driver_class(model, name)
    stated = serial if row.states_serial else None
    expected = ExpectedIdentity(row.makers, row.models, stated) if driver.greeting.queries else None
    greeting = replace(driver.greeting, expected=expected)
    if look_only:
        greeting = replace(greeting, always=())
    _check_settings(name, model, driver, settings)
    opener = wire(name, _opener(name, address, row, clock, manager))
    dialogue = Dialogue(name, opener, clock, greeting=greeting, trace=trace)
    return driver(dialogue, **settings)


def _by_hand(
    row: Model,
    model: str,
    name: str,
    address: str,
    serial: str,
    settings: Mapping[str, Setting],
    person: Person | None,
) -> Instrument:
    if not row.by_hand or address != PERSON:
        said = f"a {model} has {'no' if row.by_hand else 'an'} interface"
        advice = f'Write address = "{PERSON}"' if row.by_hand else "Write its address"
        raise BadAddress(name, address, said, advice)
    if person is None:
        raise BadAddress(name, address, "there is nobody to read it", "Run it with an operator")
    driver = cast(type[HandDriver], _class(row))
    _check_settings(name, model, driver, settings)
    # Who made it is for the bench file to say: it has no way of saying so itself.
    return driver(person, name, Identity("", "", serial, ""), **settings)


OF_THE_DRIVER = frozenset(("dialogue", "person", "name", "identity"))
"""Fields that are no settings."""


def _check_settings(
    name: str, model: str, driver: type[Driver] | type[HandDriver], settings: Mapping[str, Setting]
) -> None:
    known = [each.name for each in fields(driver) if each.name not in OF_THE_DRIVER]
    for setting in settings:
        if setting not in known:
            advice = f"It has {', '.join(known)}" if known else "It has none: leave it out"
            raise BadSetting(name, setting, f"no setting of {model}", advice)


def _opener(
    name: str,
    address: str,
    row: Model,
    clock: Clock,
    manager: Callable[[], "ResourceManager"],
) -> Callable[[], Link]:
    if not address.startswith("serial"):

        def open_with_visa() -> Link:
            from drivers.link.visa import open_visa  # pyvisa takes a third of a second to import

            return open_visa(address, manager(), clock, row.serial, row.socket)

        return open_with_visa
    try:
        line = parse_serial_address(address, row.serial)
    except LinkFault as fault:
        raise fault.named(name, address) from fault
    return lambda: open_serial(line, clock)
