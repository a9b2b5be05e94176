"""What a certificate says in words: the decision, the uncertainty, the traceability, the limits.

ISO/IEC 17025:2017, 7.8.2 to 7.8.6; ILAC-G8:09/2019. No calibration interval is recommended
(7.8.4.3); where the customer agreed to a day, `station.certificate.validity` says it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import groupby

from station.certificate.figures import percent, quantity
from station.certificate.item import phases, undone
from station.certificate.kinds import Kind
from station.certificate.results import VERDICTS, Section, compared, unverified_sources
from station.certificate.rule_wording import rule_statement
from station.certificate.sittings import Sitting, operators
from station.certificate.sources import as_printed, is_unverified
from station.certificate.texts import Languages, Text, joined, same, say
from station.locale import N_
from station.metrology.conformity import Rule, Verdict
from station.run.entries import RunBegun, Voided
from station.run.plan import PlannedPoint
from station.run.state import RunState

CLAUSES = "*"
"""Mark of limits, formulas and clauses that nobody compared with the document."""

DIGEST_SHOWN = 16
"""Hexadecimal digits of a SHA-256 that are printed."""


class Topic(Enum):
    """What a note is about."""

    SIMULATED = "simulated"
    CONFORMITY = "conformity"
    RULE = "rule"
    RISK = "risk"
    COVERAGE = "coverage"
    TRACEABILITY = "traceability"
    LIMITS = "limits"
    OVERLOAD = "overload"
    VOID = "void"
    UNDONE = "undone"
    ADJUSTMENT = "adjustment"
    FIGURES = "figures"
    SITTINGS = "sittings"
    PERSONS = "persons"
    AMENDMENT = "amendment"
    ITEM = "item"
    REPRODUCTION = "reproduction"
    GROUP_2 = "group-2"
    LABORATORY = "laboratory"
    VALIDITY = "validity"


@dataclass(frozen=True, slots=True)
class Note:
    """One statement; `mark` is the footnote it belongs to.

    `recorded` is the text of the XML where the paper has a shorter one.
    """

    topic: Topic
    text: Text
    mark: str = ""
    recorded: Text | None = None


SIMULATED = N_(
    "SIMULATED: every instrument was a computer model. This document shows what the station does; "
    "it certifies nothing and proves nothing about any real instrument."
)
COVERAGE = N_(
    "U is the expanded uncertainty, the standard uncertainty multiplied by the coverage factor k "
    "stated at each point, for a coverage probability of approximately {p} (JCGM 100:2008). It "
    "holds for the time of measurement and includes no later drift of the item."
)
TRACEABLE = N_(
    "The results are metrologically traceable to the International System of Units (SI) through "
    "the calibration certificates of the standards listed."
)
UNTRACEABLE = N_(
    "Metrological traceability is not claimed: no calibration certificate is on record for {names}."
)
SIMULATED_STANDARDS = N_("Metrological traceability is not claimed: the standards are simulated.")
RISK = N_(
    "The probability that a verdict is wrong (specific risk, JCGM 106:2012, clause 7) is at most, "
    "by verdict: {listed}."
)
UNVERIFIED = N_(
    "The laboratory did not compare these limits with the document itself. Source: {source}."
)
UNVERIFIED_CLAUSES = N_(
    "The laboratory did not compare the limits, formulas and clauses marked so with the documents "
    "themselves."
)
LIMITS = N_("Tolerance limits: {source}.")
OVERLOAD = N_(
    "At {count} point(s) the item indicated overload: there is no number to report, and the point "
    "counts as failed (point {points})."
)
VOID = N_(
    "{count} result(s) were declared void, measured again and are not reported (point and reason: "
    "{reasons})."
)
VOID_OBSERVATION = N_("observation {title}, {nominal}: {reason}")
REMOVED = N_(
    "The item was taken out of the run before its end ({reason}; {by}). Not done: {points}."
)
SKIPPED = N_("Not measured, by decision of {by} ({reason}): {points}.")
ENDED = N_("An operation of the verification failed, which ended it. Not done: {points}.")
NOTHING = N_("nothing")

ADJUSTED = N_("The item was adjusted after the results as found and before the results as left.")
NOT_ADJUSTED = N_("No adjustment was made.")
SITTINGS = N_(
    "Carried out in {count} sittings ({listed}). The instruments of each and their addresses are "
    "in the record."
)
APPROVED_TOO = {
    Kind.CALIBRATION: (
        N_("Calibrated and approved by the same person."),
        N_("Approved by one of those who calibrated."),
    ),
    Kind.TEST: (
        N_("Tested and approved by the same person."),
        N_("Approved by one of those who tested."),
    ),
    Kind.VERIFICATION: (
        N_("Verified and approved by the same person."),
        N_("Approved by one of those who verified."),
    ),
}
APPROVED_TOO |= {Kind.NOTICE: APPROVED_TOO[Kind.VERIFICATION]}
"""Who approves alone did all the work, or some of it."""

FIGURES = N_(
    "Each figure is rounded by itself from unrounded values, and verdicts were made with unrounded "
    "values."
)
COMMA = N_(
    "In the tables numbers are written with a decimal comma, in English text and in the attached "
    "XML with a decimal point."
)
ITEM = {
    Kind.CALIBRATION: N_(
        "The results relate only to the item calibrated and to the time of calibration."
    ),
    Kind.TEST: N_("The results relate only to the item tested and to the time of the test."),
    Kind.VERIFICATION: N_(
        "The results relate only to the item verified and to the time of verification."
    ),
}
ITEM |= {Kind.NOTICE: ITEM[Kind.VERIFICATION]}
REPRODUCTION = N_(
    "This certificate shall not be reproduced except in full without written approval of the "
    "laboratory."
)
GROUP_2 = N_("Not to be used directly to verify group 2 measuring instruments.")


def notes(
    state: RunState,
    *,
    rule: Rule,
    sections: Sequence[Section],
    sittings: Sequence[Sitting],
    issued_by: str,
    kind: Kind,
    languages: Languages,
    names: Mapping[str, str],
) -> tuple[Note, ...]:
    """Return every statement of the certificate of one item, in the order it is printed.

    `names` are the people's, by the login that the journal has.
    """
    begun = state.begun
    assert begun is not None
    return (
        *_notes(state, begun, rule, sections, names),
        *_persons(sittings, issued_by, kind),
        *_general(languages, kind),
    )


def _notes(
    state: RunState,
    begun: RunBegun,
    rule: Rule,
    sections: Sequence[Section],
    names: Mapping[str, str],
) -> Iterator[Note]:
    if begun.simulated:
        yield Note(Topic.SIMULATED, say(SIMULATED))
    measured = [section for section in sections if section.lines]
    for section in measured:
        yield Note(Topic.CONFORMITY, _conformity(section))
    if measured:
        yield Note(Topic.RULE, rule_statement(rule))
        for section in measured:
            yield from _risk(section, alone=len(sections) == 1)
        yield Note(Topic.COVERAGE, say(COVERAGE, p=_whole_percent(begun.coverage_probability)))
        yield Note(Topic.TRACEABILITY, _traceability(begun))
        yield from _limits(state)
        yield from _overloads(sections)
    yield from _clauses(state, sections)
    yield from _undone(state, names)
    yield Note(Topic.ADJUSTMENT, say(ADJUSTED if state.adjusted else NOT_ADJUSTED))
    if state.void:
        # With an observation, what rested on it went too: that is one thing declared void.
        listed = [_void(state, void) for void in {id(v): v for v, _ in state.void}.values()]
        yield Note(Topic.VOID, say(VOID, count=len(listed), reasons=joined(listed)))


def _void(state: RunState, void: Voided) -> Text:
    numbers = {point.id: number for number, point in enumerate(state.points, start=1)}
    if void.point in numbers:
        return same(f"{numbers[void.point]}: {void.reason}")
    planned = {one.id: one for one in state.begun.observations} if state.begun else {}
    observation = planned[void.point]
    return say(
        VOID_OBSERVATION,
        title=say(observation.title),
        nominal=quantity(observation.nominal, observation.unit),
        reason=void.reason,
    )


def _undone(state: RunState, names: Mapping[str, str]) -> Iterator[Note]:
    yield from _skipped(state, names)
    phase = phases(state)[-1]
    left = [point for point in undone(state, phase) if (phase, point.id) not in state.skipped]
    points = _listed(left)
    for removed in state.removed.values():
        listed = points if left else say(NOTHING)
        by = names.get(removed.by, removed.by)
        text = say(REMOVED, reason=same(removed.reason), by=by, points=listed)
        yield Note(Topic.UNDONE, text)
    if left and not state.removed:
        yield Note(Topic.UNDONE, say(ENDED, points=points))


def _skipped(state: RunState, names: Mapping[str, str]) -> Iterator[Note]:
    planned = {point.id: point for point in state.points}
    for skipped in {id(each): each for each in state.skipped.values()}.values():
        ids = [id_ for (_, id_), why in state.skipped.items() if why is skipped]
        left_out = [planned[id_] for id_ in ids if id_ in planned]
        if left_out:
            by = names.get(skipped.by, skipped.by)
            text = say(SKIPPED, by=by, reason=skipped.reason, points=_listed(left_out))
            yield Note(Topic.UNDONE, text)


def _listed(points: Sequence[PlannedPoint]) -> Text:
    """Return points by test, as a list in words."""
    return joined(
        say(
            N_("{title}: {nominals}"),
            title=say(title),
            nominals=joined((_nominal(point) for point in members), ", "),
        )
        for title, members in groupby(points, key=lambda point: point.title)
    )


def _persons(sittings: Sequence[Sitting], issued_by: str, kind: Kind) -> Iterator[Note]:
    if len(sittings) > 1:
        listed = joined(_sitting(number, part) for number, part in enumerate(sittings, start=1))
        yield Note(Topic.SITTINGS, say(SITTINGS, count=len(sittings), listed=listed))
    if issued_by in operators(sittings):
        same_one, one_of_them = APPROVED_TOO[kind]
        alone = len(operators(sittings)) == 1
        yield Note(Topic.PERSONS, say(same_one if alone else one_of_them))


def _sitting(number: int, sitting: Sitting) -> Text:
    if not sitting.bench_digest:
        return same(f"{number}: {sitting.operator}")
    return say(
        N_("{number}: {operator}, bench file with SHA-256 {digest}…"),
        number=number,
        operator=sitting.operator,
        digest=sitting.bench_digest[:DIGEST_SHOWN],
    )


def _general(languages: Languages, kind: Kind) -> Iterator[Note]:
    comma = () if languages is Languages.ENGLISH else (say(COMMA),)
    yield Note(Topic.FIGURES, joined((*comma, say(FIGURES)), " "))
    yield Note(Topic.ITEM, say(ITEM[kind]))
    yield Note(Topic.REPRODUCTION, say(REPRODUCTION))
    if kind is Kind.CALIBRATION:
        yield Note(Topic.GROUP_2, say(GROUP_2))


def _conformity(section: Section) -> Text:
    counts = [
        say("{count} {verdict}", count=count, verdict=say(words))
        for verdict, words in VERDICTS.items()
        if (count := sum(line.verdict is verdict for line in section.lines))
    ]
    return say(
        N_("{title}: {verdict} ({points} points: {listed})."),
        title=section.title,
        verdict=say(VERDICTS[section.verdict]),
        points=len(section.lines),
        listed=joined(counts),
    )


def _risk(section: Section, *, alone: bool) -> Iterator[Note]:
    highest: dict[Verdict, Decimal] = {}
    for line in section.lines:
        if line.result is not None and line.result.risk is not None:
            highest[line.verdict] = max(line.result.risk, highest.get(line.verdict, Decimal(0)))
    listed = joined(
        say("{verdict} {risk}", verdict=say(words), risk=percent(highest[verdict]))
        for verdict, words in VERDICTS.items()
        if verdict in highest
    )
    if highest:
        text = say(RISK, listed=listed)
        yield Note(
            Topic.RISK, text if alone else say("{title}: {text}", title=section.title, text=text)
        )


def _traceability(begun: RunBegun) -> Text:
    if begun.simulated:
        return say(SIMULATED_STANDARDS)
    without = [i.title for i in begun.instruments if i.role != begun.dut and not i.certificate]
    return say(UNTRACEABLE, names=", ".join(without)) if without else say(TRACEABLE)


def _limits(state: RunState) -> Iterator[Note]:
    marks = unverified_sources(state)
    for source in dict.fromkeys(p.tolerance_source for p in state.points if compared(p)):
        yield Note(Topic.LIMITS, say(LIMITS, source=same(source)))
    for source, mark in marks.items():
        paper = say(LIMITS, source=same(as_printed(source) or "–"))
        marked = Text(f"{paper.vi}{CLAUSES}", f"{paper.en}{CLAUSES}")
        yield Note(Topic.LIMITS, marked, mark, recorded=say(UNVERIFIED, source=same(source)))


def _clauses(state: RunState, sections: Sequence[Section]) -> Iterator[Note]:
    drawn = [line.source for section in sections for line in section.further]
    asked = [inspected.clause for inspected in state.inspected.values()]
    limits = any(line.mark for section in sections for line in section.lines)
    if limits or any(map(is_unverified, (*drawn, *asked))):
        yield Note(Topic.LIMITS, say(UNVERIFIED_CLAUSES), CLAUSES)


def _overloads(sections: Sequence[Section]) -> Iterator[Note]:
    lines = [line for section in sections for line in section.lines if line.result is None]
    if lines:
        points = ", ".join(str(line.number) for line in lines)
        yield Note(Topic.OVERLOAD, say(OVERLOAD, count=len(lines), points=points))


def _nominal(point: PlannedPoint) -> Text:
    nominal = quantity(point.nominal, point.unit)
    return joined((nominal, say(point.label)), " ") if point.label else nominal


def _whole_percent(probability: float) -> str:
    return f"{100 * probability:.0f} %"
