"""The 33500B's command table.

Sources: pymeasure/pymeasure (agilent/agilent33500.py), PyFixate/Fixate
(funcgen/keysight_33500b.py), microsoft/Qcodes (KeysightAgilent_33XXX.py).  From memory, unverified:
APPLy?, the limits of amplitude with offset, and that a changed load keeps the true output.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf

from simulators.keysight_33500b.panel import NUMBERS, Front, in_unit
from simulators.keysight_33500b.shapes import form_word, shape_commands
from simulators.keysight_33500b.specification import (
    LEAST_HERTZ,
    OPEN_PEAK_VOLTS,
    OUTPUT_OHMS,
    Form,
    highest_hertz,
)
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_channels import per_channel
from simulators.language.scpi_common import scpi_commands
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_panel import ScpiPanel
from simulators.language.scpi_parameters import Special, boolean, limited, number, string, word

Level = float | Special
UNITS = ("VPP", "VRMS", "DBM")
VOLTS = Parameter(number("V"))
ASKED = Parameter(number(), required=False)


def commands(front: Front) -> Callable[[ScpiPanel], Iterator[Command]]:
    """Return what makes the command table for a panel."""

    def table(panel: ScpiPanel) -> Iterator[Command]:
        highest = len(front.channels)
        yield from scpi_commands(panel)
        for made in (_frequency, _amplitude, _levels, _apply, shape_commands):
            for command in made(panel, front):
                yield from per_channel("[SOURce]", highest, command)
        yield from front.sources.commands("[SOURce]", highest, NUMBERS)
        yield from front.triggers.commands("TRIGger", highest, NUMBERS)
        yield from front.outputs.commands("OUTPut", highest, NUMBERS)
        yield from _outputs(panel, front)
        yield from _system(panel, front)

    return table


def _frequency(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def tell(channel: int, value: Level) -> None:
        front.put_hertz(channel, value, panel.cursor)

    def ask(channel: int, word_: Special | None) -> str:
        wave = front.generator.wave(channel)
        if word_ is None:
            return NUMBERS.text(wave.hertz)
        highest = highest_hertz(front.generator.model, wave.form)
        return NUMBERS.text(limited(word_, LEAST_HERTZ, highest, 1e3))

    yield Command("FREQuency[:CW]", tell, ask, (Parameter(number("HZ")),), (ASKED,))
    yield Command("FREQuency:FIXed", tell, ask, (Parameter(number("HZ")),), (ASKED,))


def _amplitude(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def tell(channel: int, value: Level) -> None:
        front.put_vpp(channel, front.asked_vpp(channel, value), panel.cursor)

    def ask(channel: int, word_: Special | None) -> str:
        if word_ is None:
            return NUMBERS.text(front.amplitude(channel))
        wave, vpp = front.generator.wave(channel), front.asked_vpp(channel, word_)
        return NUMBERS.text(in_unit(vpp, front.units[channel], wave))

    def tell_unit(channel: int, unit: str) -> None:
        if unit == "DBM" and front.generator.wave(channel).load_ohms == inf:
            raise ScpiError(-221)
        front.units[channel] = unit

    def unit_of(channel: int) -> str:
        return front.units[channel]

    amplitude = Parameter(number("V"))
    yield Command("VOLTage[:LEVel][:IMMediate][:AMPLitude]", tell, ask, (amplitude,), (ASKED,))
    yield Command("VOLTage:UNIT", tell_unit, unit_of, (Parameter(word(*UNITS)),))


def _levels(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def tell_offset(channel: int, value: Level) -> None:
        front.put_offset(channel, value, panel.cursor)

    def offset(channel: int, word_: Special | None) -> str:
        if word_ is None:
            return NUMBERS.text(front.offset(channel))
        limit = front.offset_limit(channel)
        return NUMBERS.text(limited(word_, -limit, limit, 0.0))

    def ends(channel: int) -> tuple[float, float]:
        wave = front.generator.wave(channel)
        half = wave.open_vpp * wave.shown_part / 2
        return front.offset(channel) - half, front.offset(channel) + half

    def reach(channel: int, value: Level) -> float:
        limit = OPEN_PEAK_VOLTS * front.generator.wave(channel).shown_part
        return limited(value, -limit, limit, 0.0)

    def tell_high(channel: int, value: Level) -> None:
        front.put_levels(channel, ends(channel)[0], reach(channel, value), panel.cursor)

    def tell_low(channel: int, value: Level) -> None:
        front.put_levels(channel, reach(channel, value), ends(channel)[1], panel.cursor)

    yield Command("VOLTage[:LEVel][:IMMediate]:OFFSet", tell_offset, offset, (VOLTS,), (ASKED,))
    yield Command("VOLTage:HIGH", tell_high, lambda one: NUMBERS.text(ends(one)[1]), (VOLTS,))
    yield Command("VOLTage:LOW", tell_low, lambda one: NUMBERS.text(ends(one)[0]), (VOLTS,))


def _apply(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def handler(form: Form) -> Callable[..., None]:
        def apply(
            channel: int, hertz: Level | None, amount: Level | None, offset: Level | None
        ) -> None:
            wave = replace(front.generator.wave(channel), form=form, on=True)
            front.generator.change(channel, wave, panel.cursor)
            if amount is not None and form is not Form.DC:
                tell_amount(channel, amount)
            if offset is not None:
                front.put_offset(channel, offset, panel.cursor)
            if form not in (Form.DC, Form.NOISE, Form.ARBITRARY):
                front.put_hertz(channel, wave.hertz if hertz is None else hertz, panel.cursor)

        return apply

    def tell_amount(channel: int, amount: Level) -> None:
        front.put_vpp(channel, front.asked_vpp(channel, amount), panel.cursor)

    def applied(channel: int) -> str:
        wave = front.generator.wave(channel)
        numbers = (wave.hertz, front.amplitude(channel), front.offset(channel))
        return f'"{form_word(wave.form)} {",".join(NUMBERS.text(one) for one in numbers)}"'

    optional = tuple(Parameter(number(unit), required=False) for unit in ("HZ", "V", "V"))
    for form in Form:
        yield Command(f"APPLy:{form.value}", handler(form), None, optional)
    yield Command("APPLy", None, applied)


def _outputs(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    generator, node = front.generator, f"OUTPut#{len(front.channels)}"

    def switch(channel: int, on: bool) -> None:
        generator.change(channel, replace(generator.wave(channel), on=on), panel.cursor)

    def load(channel: int, value: Level) -> None:
        ohms = limited(value, 1.0, 10e3, OUTPUT_OHMS, infinite=True)
        if ohms == inf and front.units[channel] == "DBM":
            front.units[channel] = "VPP"
        changed = replace(generator.wave(channel), load_ohms=ohms)
        generator.change(channel, changed, panel.cursor)

    def invert(channel: int, polarity: str) -> None:
        changed = replace(generator.wave(channel), inverted=polarity == "INV")
        generator.change(channel, changed, panel.cursor)

    def switched(channel: int) -> str:
        return f"{generator.wave(channel).on:d}"

    def loaded(channel: int, word_: Special | None) -> str:
        ohms = generator.wave(channel).load_ohms
        if word_ is not None:
            ohms = limited(word_, 1.0, 10e3, OUTPUT_OHMS)
        return NUMBERS.text(ohms)

    def polarity(channel: int) -> str:
        return "INV" if generator.wave(channel).inverted else "NORM"

    yield Command(f"{node}[:STATe]", switch, switched, (Parameter(boolean),))
    yield Command(f"{node}:LOAD", load, loaded, (Parameter(number("OHM")),), (ASKED,))
    forms = (Parameter(word("NORMal", "INVerted")),)
    yield Command(f"{node}:POLarity", invert, polarity, forms)


def _system(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def nothing(*_: object) -> None:
        """Do nothing: nothing of it shows at the terminals."""

    def reference(source: str) -> None:
        front.generator.follow(external=source == "EXT", instant=panel.cursor)

    def followed() -> str:
        return "EXT" if front.generator.external else "INT"

    yield Command("*TRG", nothing)
    yield Command("*OPT", None, lambda: "0")  # from memory, unverified
    yield Command("SYSTem:VERSion", None, lambda: "1999.0")  # from memory, unverified
    for command in ("SYSTem:BEEPer[:IMMediate]", "SYSTem:LOCal", "SYSTem:REMote", "ABORt"):
        yield Command(command, nothing)
    yield from per_channel("[SOURce]", len(front.channels), Command("PHASe:SYNChronize", nothing))
    yield Command("DISPlay:TEXT:CLEar", nothing)
    yield Command("DISPlay:TEXT", nothing, None, (Parameter(string),))
    sources = (Parameter(word("INTernal", "EXTernal")),)
    yield Command("ROSCillator:SOURce", reference, followed, sources)
