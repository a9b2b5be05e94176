"""Commands of a 33500B that choose a waveform and its shape."""

from collections.abc import Iterator
from dataclasses import replace

from simulators.keysight_33500b.panel import NUMBERS, WIDEST, Front
from simulators.keysight_33500b.specification import LEAST_HERTZ, Form
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_panel import ScpiPanel
from simulators.language.scpi_parameters import (
    Kind,
    Special,
    Token,
    limited,
    number,
    plain_number,
    quoted,
    short,
    string,
    word,
)

Level = float | Special
LEAST_PULSE_SECONDS = 16e-9
MOST_COUNTS = 32767.0  # of the converter
SECONDS = Parameter(number("S"))
PERCENT = Parameter(number("PCT"))


def form_word(form: Form) -> str:
    """Return a form as answers name it."""
    return short(form.value)


FORM_OF = {form_word(form): form for form in Form}


def _name(token: Token) -> str:
    """Return the name of a waveform, quoted or not."""
    return token.text if token.kind is Kind.WORD else string(token).upper()


def shape_commands(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    """Yield FUNCtion and DATA; each handler takes the channel first."""
    yield from _forms(panel, front)
    yield from _pulses(panel, front)
    yield from _arbitrary(panel, front)


def _forms(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    generator = front.generator

    def choose(channel: int, name: str) -> None:
        front.put_form(channel, FORM_OF[name], panel.cursor)

    def duty(channel: int, value: Level) -> None:
        part = limited(value, 0.01, 99.98, 50.0) / 100.0
        generator.change(channel, replace(generator.wave(channel), duty=part), panel.cursor)

    def chosen(channel: int) -> str:
        return form_word(generator.wave(channel).form)

    def percent(channel: int) -> str:
        return NUMBERS.text(generator.wave(channel).duty * 100.0)

    yield Command("FUNCtion", choose, chosen, (Parameter(word(*(one.value for one in Form))),))
    yield Command("FUNCtion:SQUare:DCYCle", duty, percent, (PERCENT,))


def _pulses(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    generator = front.generator

    def width(channel: int, value: Level) -> None:
        wave = generator.wave(channel)
        seconds = limited(value, LEAST_PULSE_SECONDS, WIDEST / LEAST_HERTZ, 1e-4)
        if seconds > WIDEST / wave.hertz:
            raise ScpiError(-221)
        generator.change(channel, replace(wave, pulse_seconds=seconds), panel.cursor)

    def duty(channel: int, value: Level) -> None:
        wave = generator.wave(channel)
        part = min(limited(value, 0.0, 100.0, 10.0) / 100.0, WIDEST)
        seconds = max(part / wave.hertz, LEAST_PULSE_SECONDS)
        generator.change(channel, replace(wave, pulse_seconds=seconds), panel.cursor)

    def period(channel: int, value: Level) -> None:
        shortest = 1.0 / generator.model.hertz
        seconds = limited(value, shortest * (1 - 1e-9), 1.0 / LEAST_HERTZ, 1e-3)
        front.put_hertz(channel, min(1.0 / seconds, generator.model.hertz), panel.cursor)

    def period_of(channel: int) -> str:
        return NUMBERS.text(1.0 / generator.wave(channel).hertz)

    def width_of(channel: int) -> str:
        return NUMBERS.text(generator.wave(channel).pulse_seconds)

    def duty_of(channel: int) -> str:
        return NUMBERS.text(generator.wave(channel).pulse_duty * 100.0)

    yield Command("FUNCtion:PULSe:WIDTh", width, width_of, (SECONDS,))
    yield Command("FUNCtion:PULSe:DCYCle", duty, duty_of, (PERCENT,))
    yield Command("FUNCtion:PULSe:PERiod", period, period_of, (SECONDS,))


def _arbitrary(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    def select(channel: int, name: str) -> None:
        front.select(channel, name, panel.cursor)

    def selected(channel: int) -> str:
        return quoted(front.arbitrary[channel].selected)

    def store(channel: int, name: str, *points: float) -> None:
        front.arbitrary[channel].store(name, points)

    def store_counts(channel: int, name: str, *counts: float) -> None:
        front.arbitrary[channel].store(name, tuple(one / MOST_COUNTS for one in counts))

    def forget(channel: int) -> None:
        front.arbitrary[channel].points.clear()

    named = Parameter(_name)
    points = Parameter(plain_number, repeated=True)
    yield Command("FUNCtion:ARBitrary", select, selected, (named,))
    yield Command("DATA:ARBitrary", store, None, (named, points))
    yield Command("DATA:ARBitrary:DAC", store_counts, None, (named, points))
    yield Command("DATA:VOLatile:CLEar", forget)
