"""A prompt as a person reads it at a plain terminal, line by line."""

from collections.abc import Iterator

from station.locale import N_, Translate, decimal
from station.roles import role_words
from station.run.entries import Prompted, PromptKind, WireDrawn
from station.run.second_look import step_of

HIGH_VOLTS = 33.0
"""Above it (V) a person is warned, as by a calibrator's HIVOLT bit (5500A manual, fig. 5-11)."""

STRIKING = "!"
"""Stands at an entry that is to be looked at again in a review."""

WHY_STRIKING = N_("far from what is expected, or from the other entries")


def question(prompt: Prompted, say: Translate) -> str:
    """Return what is asked for, all that is known of it, and how it is answered."""
    lines = [say(prompt.text), *_circumstances(prompt, say)]
    lines += [_wire(wire, say) for wire in prompt.wires]
    if prompt.highest_volts > HIGH_VOLTS:
        lines.append(f"  {say('HIGH VOLTAGE')}: {decimal(f'{prompt.highest_volts:g}', say)} V")
    if prompt.leads:
        lines.append(f"  {say('Leads')}: {say(prompt.leads)}")
    hint = {
        PromptKind.CONFIRM: say("Enter when done"),
        PromptKind.YES_NO: say("y or n"),
        PromptKind.NUMBER: prompt.unit,
        PromptKind.READ: prompt.unit,
        PromptKind.REVIEW: say("Enter if all are right; 2=5.03 makes the second 5.03"),
    }[prompt.wants]
    return "\n".join([*lines, f"[{hint}] "])


def _wire(wire: WireDrawn, say: Translate) -> str:
    colour = f" {say(wire.colour)} ──" if wire.colour else ""
    return f"  {_end(wire.from_end, say)} ──{colour} {_end(wire.to_end, say)}"


def _end(end: str, say: Translate) -> str:
    role, _, terminal = end.partition(" ")
    return f"{role_words(role, say)} {terminal}"


def _circumstances(prompt: Prompted, say: Translate) -> Iterator[str]:
    """Yield what a person must know to read; the expected value would lead the eye."""
    if prompt.instrument:
        of = " ".join((role_words(prompt.instrument, say), say(prompt.quantity))).rstrip()
        yield f"  {of}: {prompt.told_about(say)}" if prompt.about else f"  {of}"
    elif prompt.about:
        yield f"  {prompt.told_about(say)}"
    if prompt.resolution is not None:
        step = step_of(prompt.resolution)
        yield f"  {say('Resolution')}: {decimal(f'{step:f}', say)} {prompt.unit}"
    if prompt.seen:
        yield f"  {say('The simulated display shows')}: {decimal(prompt.seen, say)}"
    if prompt.doubted:
        yield f"  {say('Please look again. Entered')}: {decimal(prompt.doubted, say)} {prompt.unit}"
    for doubt in prompt.doubts:
        yield f"  - {say(doubt)}"
    for number, entered in enumerate(prompt.entered, start=1):
        mark = STRIKING if number in prompt.striking else " "
        yield f"  {number:>3}{mark} {decimal(entered, say)} {prompt.unit}".rstrip()
    if prompt.striking:
        yield f"  {STRIKING} {say(WHY_STRIKING)}"
