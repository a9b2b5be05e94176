"""Entries of a journal as lines that a person reads at a plain terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from station.clock import ZONE
from station.locale import Translate, decimal

if TYPE_CHECKING:
    from station.register import entries as r
    from station.register.state import Register
    from station.run import entries as e
    from station.run.plan import PlannedPoint
    from station.run.state import RunState


def progress_line(state: "RunState", text: str) -> str:
    """Return `text` behind how far the run is and how long it will take."""
    from station.run.pace import left
    from station.run.progress import progress

    done, total = progress(state)
    return f"[{done:3d}/{total}] {left(state).about / 60:4.0f} min  {text}"


def items_lines(begun: "e.RunBegun", say: Translate) -> str:
    """Return what is calibrated: one item in the line of the title, several below it."""
    simulated = f"  [{say('SIMULATED')}]" if begun.simulated else ""
    items = [i for i in begun.instruments if i.role in begun.duts]
    title = say(begun.title)
    if begun.verification:
        title += f", {say(begun.operation)} ({say(begun.verification)})"
    if len(items) == 1:
        return f"{title}: {items[0].title}, {items[0].serial}{simulated}"
    listed = (f"    {item.role}: {item.title}, {item.serial}" for item in items)
    return "\n".join((f"{title}{simulated}", *listed))


def prompt_lines(prompt: "e.Prompted", say: Translate) -> str:
    """Return what is asked for: the request, what it is about, wires, doubts, entries."""
    unit = f" / {prompt.unit}" if prompt.unit else ""
    of = ", ".join(filter(None, (prompt.instrument, say(prompt.quantity), prompt.told_about(say))))
    ask = "" if prompt.wires else "? "
    first = f"{ask}{say(prompt.text)}{f'  ({of})' if of else ''}{unit}"
    lines = [first, *(f"    {w.from_end} ── {w.to_end}" for w in prompt.wires)]
    if prompt.doubted:
        lines.append(
            f"    {say('Please look again. Entered')}: {decimal(prompt.doubted, say)}{unit}"
        )
    lines += [f"    - {say(doubt)}" for doubt in prompt.doubts]
    entered = (decimal(text, say) for text in prompt.entered)
    lines += [f"    {number:>3}  {text}" for number, text in enumerate(entered, start=1)]
    return "\n".join(lines)


def observation_line(observed: "e.Observed", state: "RunState", say: Translate) -> str:
    """Return what was observed, and how many readings were taken."""
    from station.certificate.figures import quantity

    known = {one.id: one for one in state.begun.observations} if state.begun else {}
    planned = known.get(observed.point)
    name = observed.point
    if planned is not None:
        nominal = decimal(quantity(planned.nominal, planned.unit).en, say)
        name = f"{say(planned.title)} {nominal}  {observed.point}"
    return f"{name}: n = {len(observed.readings)}"


def outcome_line(
    outcome: "e.Measured | e.Overloaded", point: "PlannedPoint", say: Translate
) -> str:
    """Return one line for a finished point: error ± U, limits, verdict."""
    from station.metrology.rounding import round_result, scale
    from station.run.entries import Overloaded

    if isinstance(outcome, Overloaded):
        return f"{point.id:<38} {say('overload'):>26}  {say('fail')}"
    unit = scale(point.unit, max(abs(point.lower), abs(point.upper)))
    rounded = round_result(unit.apply(outcome.error), unit.apply(outcome.expanded_uncertainty))
    low, high = (f"{float(unit.apply(limit)):.4g}" for limit in (point.lower, point.upper))
    limits = f"{say('limit')} ±{high}" if low == f"-{high}" else f"{say('limits')} {low} … {high}"
    numbers = f"{rounded.value:>9} ± {rounded.uncertainty:<8} {unit.unit:<3} ({limits})"
    return f"{point.id:<38} {decimal(numbers, say)}  {say(outcome.verdict)}"


def conclusion_lines(concluded: "e.Concluded", say: Translate) -> list[str]:
    """Return one line for each conclusion: value ± U."""
    return [
        f"{concluded.dut}: {say(one.title)}: {decimal(_value(one), say)}"
        for one in concluded.conclusions
    ]


def _value(drawn: "e.ConclusionDrawn") -> str:
    from station.metrology.rounding import round_result, written_scale

    name = "" if drawn.unit == "1" else drawn.unit
    unit = written_scale(name, drawn.value or drawn.expanded_uncertainty or 0.0)
    value = unit.apply(drawn.value)
    text, times = f"{float(value):.4g}", "× " if unit.unit.startswith("10") else ""
    if drawn.expanded_uncertainty:
        rounded = round_result(value, unit.apply(drawn.expanded_uncertainty))
        text = f"{rounded.value} ± {rounded.uncertainty}"
        text = f"({text})" if times else text
    return f"{text} {times}{unit.unit}".rstrip()


def inspection_line(inspected: "e.Inspected", say: Translate) -> str:
    """Return the question of an inspection, and its outcome."""
    outcome = say("pass") if inspected.passed else say("fail")
    clause = f" ({inspected.clause})" if inspected.clause else ""
    return f"{inspected.dut}: {say(inspected.text)}{clause}  {outcome}"


def removal_line(removed: "e.Removed", say: Translate) -> str:
    """Return which item was taken out, by whom and why."""
    return f"{removed.dut}: {say('taken out')} ({removed.by}: {removed.told(say)})"


def skip_line(skipped: "e.Skipped", say: Translate) -> str:
    """Return which point is not measured, by whose decision and why."""
    return f"{say('left out')}: {skipped.point} ({skipped.by}: {skipped.reason})"


def note_line(noted: "e.Noted", say: Translate) -> str:
    """Return a remark on a point, with the file that goes with it."""
    about = " ".join(filter(None, (noted.text, noted.path)))
    return f"{say('note')}: {noted.point}: {about} ({noted.by})"


def correction_line(corrected: "e.Corrected", say: Translate) -> str:
    """Return which entry was corrected, and how."""
    number = say("reading {number}").format(number=corrected.number)
    change = decimal(f"{corrected.was} → {corrected.value}", say)
    return f"{say('corrected')}: {corrected.point}, {number}: {change} ({corrected.by})"


def stage_word(stages: Iterable[str], status: str) -> str:
    """Return the stage that all items of a run have; where they differ, or have none, `status`."""
    different = set(stages)
    return different.pop() if len(different) == 1 else status


def life_lines(register: "Register", run: str, dut: str, say: Translate) -> Iterable[str]:
    """Yield who reviewed, approved and issued the results of an item, when, and what came of it."""
    for at, act in register.items[run, dut].log:
        yield f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}  {dut}: {_act(act, say)}"


def _act(act: "r.Reviewed | r.Approved | r.Issued | r.Withdrawn", say: Translate) -> str:
    what = say(act.kind)
    if act.kind == "reviewed":
        what += f", {say('accepted' if act.accepted else 'returned')}"
    elif act.kind == "issued":
        place = f", {say('takes the place of')} {act.amends}" if act.amends else ""
        what += f": {act.number}{place}"
    elif act.kind == "withdrawn":
        what += f": {act.number}"
    return f"{what} ({': '.join(filter(None, (act.by, act.reason)))})"


def verdict_lines(state: "RunState", say: Translate) -> Iterable[str]:
    """Yield the verdicts of each phase: of each item where there are several, then of all."""
    for phase, dut in state.verdicts if len(state.duts) > 1 else ():
        yield f"{say(phase.value)}, {dut}: {say(state.verdicts[phase, dut])}"
    for phase, verdict in state.decisions.items():
        yield f"{say(phase.value)}: {say(verdict)}"
