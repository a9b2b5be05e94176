"""A result in words: where it stands, what can be done, verdicts, what was left out, notes."""

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from station.certificate.figures import Figure
from station.certificate.item import phases, verdict
from station.certificate.texts import Text as Both
from station.clock import ZONE
from station.metrology.rounding import Notation
from station.register import entries as e
from station.register import lives
from station.register.lives import Stage
from station.tui.parts.words import (
    PHASE,
    VERDICT_STYLE,
    Speech,
    item_of,
    point_name,
    verdict_word,
)
from station.tui.results.acts import KEYS, May
from station.tui.results.finished import STAGE
from station.tui.results.seen import ResultSeen
from station.tui.results.side_by_side import IN_SHORT
from station.tui.results.steps import able
from station.tui.run.look import course_of


def head(seen: ResultSeen, say: Speech, width: int) -> Text:
    """Return two lines: what it is; where it stands and how it came out.

    Where `width` cells are too few, a verdict is its letters alone.
    """
    begun = seen.state.begun
    assert begun is not None
    title, serial = item_of(begun, begun.dut)
    text = Text(no_wrap=True, overflow="ellipsis")
    if begun.simulated:
        text.append(say(" SIMULATED "), "bold reverse").append(" ")
    # The title last: it is what may be cut.
    text.append(serial, "bold").append(f"   {begun.run}   {begun.procedure}   {title}\n")
    stands = _stands(seen, say, words=True)
    return text.append_text(stands if stands.cell_len <= width else _stands(seen, say, words=False))


def _stands(seen: ResultSeen, say: Speech, *, words: bool) -> Text:
    text = Text(f"{say('Stage')}: ").append(say(STAGE[seen.case.stage]), "bold")
    if seen.case.number:
        text.append(f" {seen.case.number}", "bold")
    for phase in phases(seen.state):
        value = verdict(seen.state, phase).value
        word = verdict_word(value, say)
        text.append(f"   {say(IN_SHORT[phase])}: ")
        text.append(word if words else word.partition(" ")[0], VERDICT_STYLE[value])
    return text


def account(seen: ResultSeen, say: Speech) -> Table:
    """Return all that is to be said of a result besides its points."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=1)
    for block in (_acts, _certificates, _life, _conclusions, _left_out, _notes):
        lines = block(seen, say)
        if lines:
            table.add_row(lines)
    return table


def _block(title: str, lines: list[Text]) -> Text:
    return Text("\n").join([Text(title, "bold underline"), *lines]) if lines else Text()


def _acts(seen: ResultSeen, say: Speech) -> Text:
    lines = [_may(one, say) for one in seen.may]
    if seen.case.stage is Stage.RETURNED:
        lines.append(Text(_measure_again(seen, say)))
    more = [f"[v] {say('the certificate as text')}"]
    if seen.case.number:
        more.append(f"[t] {say('all that the certificate came from')}")
    lines.append(Text(f"  {'   '.join(more)}"))
    if not seen.checked:
        word = say(
            "This store has no accounts: what is decided is written down, nobody is checked."
        )
        lines.append(Text(f"! {word}"))
    return _block(say("What can be done"), lines)


def _measure_again(seen: ResultSeen, say: Speech) -> str:
    """Return what comes after results were returned, and whose it is."""
    text = say("→ [2] measure the item again, in a new run")
    if not seen.checked:
        return text
    case, method = seen.case, seen.case.work.procedure
    who = ", ".join(able(case.register, e.Role.TECHNICIAN, method, case.on))
    return f"{text}: {who or say('nobody is authorised for {method}').format(method=method)}"


def _may(one: May, say: Speech) -> Text:
    key, word = KEYS[one.act], say(one.act.value)
    if not one.why_not:
        return Text.assemble((f"✓ [{key}] {word}", "bold green"))
    text = Text.assemble((f"✗ [{key}] {word}", "bold"), f": {one.why_not}")
    return text.append(f"\n      → {one.way_out}") if one.way_out else text


def _certificates(seen: ResultSeen, say: Speech) -> Text:
    """Return all certificates of the item and what became of each, where it is not just one."""
    issued = seen.case.lives.issued
    lines = []
    for each in issued if len(issued) > 1 else ():
        fate = lives.fate(seen.case.register, each.number)
        became = f"✗ {fate.told(say)}" if fate else f"✓ {say('in force')}"
        lines.append(Text(f"{each.number}  {became}"))
    return _block(say("Certificates"), lines)


def _life(seen: ResultSeen, say: Speech) -> Text:
    done = []
    if seen.state.last_at is not None:
        done.append((seen.state.last_at, say(STAGE[Stage.MEASURED]), _measurers(seen), ""))
    for at, entry in seen.case.lives.log:
        word, more = _act(entry, say)
        done.append((at, word, entry.by, more))
    width = max((cell_len(word) for _, word, _, _ in done), default=0)
    lines = []
    for at, word, by, more in done:
        pad = " " * (width - cell_len(word))
        tail = f"  {more}" if more else ""
        lines.append(Text(f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}  {word}{pad}  {by}{tail}"))
    return _block(say("Life"), lines)


def _measurers(seen: ResultSeen) -> str:
    """Return who measured; what the ambient conditions were read from is no person."""
    state, begun = seen.state, seen.state.begun
    sources = {read.source for read in state.environment}
    people = seen.case.work.people - sources | ({begun.operator} if begun else set())
    return ", ".join(sorted(people))


def _act(entry: e.Reviewed | e.Approved | e.Issued | e.Withdrawn, say: Speech) -> tuple[str, str]:
    """Return the stage that an entry led to, and what it says more."""
    match entry:
        case e.Reviewed():
            stage = Stage.REVIEWED if entry.accepted else Stage.RETURNED
            return say(STAGE[stage]), entry.reason
        case e.Approved():
            return say(STAGE[Stage.APPROVED]), entry.reason
        case e.Issued(amends=""):
            return say(STAGE[Stage.ISSUED]), entry.number
        case e.Issued():
            instead = say("in the place of {number}").format(number=entry.amends)
            return say(STAGE[Stage.AMENDED]), f"{entry.number}, {instead}: {entry.reason}"
        case e.Withdrawn():
            return say(STAGE[Stage.WITHDRAWN]), f"{entry.number}: {entry.reason}"


def _conclusions(seen: ResultSeen, say: Speech) -> Text:
    lines = []
    for section in seen.sections:
        for line in section.further:
            stated = _stated(line.value, line.unit, say)
            if line.uncertainty is not None:
                stated += f"   U {_stated(line.uncertainty, line.unit, say)}"
            title = _in(line.title, say)
            lines.append(Text(f"{say(PHASE[section.phase])}: {title} {stated}"))
    for inspected in seen.state.inspected.values():
        mark, style = ("✓", "green") if inspected.passed else ("✗", "bold red")
        lines.append(Text.assemble((mark, style), f" {say(inspected.text)}  ({inspected.by})"))
    return _block(say("Conclusions"), lines)


def _left_out(seen: ResultSeen, say: Speech) -> Text:
    lines = []
    for (phase, id_), skipped in seen.state.skipped.items():
        name = _named(id_, seen, say)
        lines.append(Text(f"{say(PHASE[phase])}: {name}  ({skipped.by}: {skipped.reason})"))
    for voided, _ in seen.state.void:
        why = say("void, measured again; {by}: {reason}").format(by=voided.by, reason=voided.reason)
        name = _named(voided.point, seen, say)
        lines.append(Text(f"{say(PHASE[voided.phase])}: {name}  ({why})"))
    return _block(say("Points left out or void"), lines)


def _named(id_: str, seen: ResultSeen, say: Speech) -> str:
    """Return a point or observation in words."""
    begun = seen.state.begun
    of = course_of(begun).by_id if begun else {}
    return point_name(of[id_], say) if id_ in of else id_


def _notes(seen: ResultSeen, say: Speech) -> Text:
    lines = []
    for noted in seen.state.notes:
        path = f"  {noted.path}" if noted.path else ""
        text = f"{noted.by}: {noted.text}{path}"
        name = _named(noted.point, seen, say)
        lines.append(Text(f"✎ {say(PHASE[noted.phase])}: {name}  {text}"))
    return _block(say("Notes"), lines)


def _stated(figure: Figure, unit: str, say: Speech) -> str:
    """Return a number as the certificate has it, with its unit or power of ten."""
    times = " ×" if unit.startswith("10") else ""
    return f"{_in(figure.text, say)}{times} {unit}".rstrip()


def _in(both: Both, say: Speech) -> str:
    return both.vi if say.notation is Notation.VI else both.en
