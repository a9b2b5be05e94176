from dataclasses import replace
from datetime import date

import pytest

from station.certificate.acts import NOBODY, Acts
from station.certificate.document import Document, _environment
from station.certificate.labels import LABELS
from station.certificate.rule_wording import RULE_WORDING
from station.certificate.texts import say
from station.certificate.wording import Topic
from station.errors import Refused
from station.locale import translation
from station.metrology.conformity import RULES, Verdict
from station.run.entries import (
    Declined,
    Entry,
    EnvironmentRead,
    Faulted,
    Finished,
    Measured,
    Skipped,
    Voided,
)
from station.run.journal import Row
from station.run.plan import Phase
from station.run.rule import definition
from station.run.state import RunState, fold, fold_all
from tests.station.certificate.runs import BEGUN_AT, HEAD, ISSUED_AT, ORDER, RESUMED, SHOTS, Run


@pytest.fixture(scope="module")
def document() -> Document:
    return Run().document()


def topics(document: Document) -> list[Topic]:
    return [note.topic for note in document.notes]


def words(document: Document, topic: Topic) -> str:
    return " ".join(note.text.en for note in document.notes if note.topic is topic)


def test_every_point_is_printed_once_with_its_verdict(document: Document) -> None:
    (section,) = document.sections
    assert [line.point for line in section.lines] == [shot.id for shot in SHOTS]
    assert {line.verdict for line in section.lines} == {
        Verdict.PASS,
        Verdict.CONDITIONAL_PASS,
        Verdict.CONDITIONAL_FAIL,
        Verdict.FAIL,
    }
    assert document.verdict is Verdict.FAIL


def test_an_overload_has_no_number(document: Document) -> None:
    line = next(line for line in document.sections[0].lines if line.point.endswith("/+1000"))
    assert line.result is None
    assert line.verdict is Verdict.FAIL
    assert "(point 14)" in words(document, Topic.OVERLOAD)


def test_void_results_are_counted_not_printed(document: Document) -> None:
    assert words(document, Topic.VOID).startswith("1 result(s) were declared void")
    assert "dây nối lỏng" in words(document, Topic.VOID)


def test_units_are_those_of_the_range(document: Document) -> None:
    groups = {g.range.vi: g for t in document.sections[0].tables[:1] for g in t.groups}
    assert list(groups) == ["100 mV", "1 V", "10 V", "100 V", "1000 V"]
    assert (groups["100 mV"].value_unit, groups["100 mV"].error_unit) == ("mV", "µV")
    line = groups["100 mV"].lines[2]
    assert line.result is not None
    assert line.result.indication.shown == "100,00170"
    assert str(line.result.indication.exact) == "0.10000170"


def test_unverified_limits_carry_their_source(document: Document) -> None:
    marked = {line.mark for t in document.sections[0].tables for line in t.lines}
    assert marked == {"", "a"}
    (note,) = [note for note in document.notes if note.mark == "a"]
    assert "Third-party transcription" in note.text.vi
    assert "Third-party transcription" in note.text.en


def test_the_rule_is_named_with_its_version(document: Document) -> None:
    rule = words(document, Topic.RULE)
    assert "(guarded-non-binary, version 1; ILAC-G8:09/2019, 4.2.3), w = U. " in rule


def test_adjusted_items_show_both_states() -> None:
    document = Run(adjusted=True).document()
    assert [section.phase for section in document.sections] == [Phase.AS_FOUND, Phase.AS_LEFT]
    assert [section.verdict for section in document.sections] == [Verdict.FAIL, Verdict.PASS]
    assert document.verdict is Verdict.PASS
    assert words(document, Topic.ADJUSTMENT).startswith("The item was adjusted")
    assert [section.title.en for section in document.sections] == [
        "Results as found",
        "Results as left",
    ]


def test_without_an_adjustment_the_results_are_as_found(document: Document) -> None:
    assert [section.title.en for section in document.sections] == ["Calibration results, as found"]
    assert words(document, Topic.ADJUSTMENT) == "No adjustment was made."


def test_each_verdict_has_its_own_risk(document: Document) -> None:
    state = Run().state()
    highest: dict[str, float] = {}
    for outcome in state.results.values():
        if isinstance(outcome, Measured) and outcome.false_decision_probability is not None:
            risk = max(outcome.false_decision_probability, highest.get(outcome.verdict, 0.0))
            highest[outcome.verdict] = risk
    stated = words(document, Topic.RISK).partition("by verdict: ")[2].rstrip(".").split("; ")
    bounds = {}
    for part in stated:
        verdict, _, figure = part.removesuffix("\u00a0%").rpartition(" ")
        bounds[verdict] = float(figure.replace(",", ".")) / 100
    assert list(bounds) == ["pass", "conditional pass", "conditional fail", "fail"]
    assert bounds.keys() == highest.keys()
    for verdict, bound in bounds.items():
        assert highest[verdict] <= bound <= max(1.11 * highest[verdict], 1.0001e-4)


def test_risks_of_an_adjusted_item_are_told_apart() -> None:
    document = Run(adjusted=True).document()
    risks = [note.text for note in document.notes if note.topic is Topic.RISK]
    assert [text.en.partition(":")[0] for text in risks] == ["Results as found", "Results as left"]
    assert "đạt có điều kiện" in risks[0].vi
    assert "đạt có điều kiện" not in risks[1].vi


def test_the_room_is_a_span_of_indications_of_unknown_uncertainty(document: Document) -> None:
    air = document.environment
    assert [figure.shown for figure in (*air.celsius, *air.humidity)] == [
        "23,1",
        "23,4",
        "46,9",
        "48,2",
    ]
    assert air.remark.en == (
        "indication of the room's instrument, noted by thermo-hygrometer 7; uncertainty not stated"
    )


def room(celsius: float, noted: str = "thermo-hygrometer 7") -> EnvironmentRead:
    return EnvironmentRead(celsius=celsius, humidity=50.0, source=noted)


STOPPED = (Faulted(error="Refused", message="12.1 °C", wire=()), RESUMED)
FIRST, SECOND = (shot.outcome("guarded-binary") for shot in SHOTS[:2])
VOID = Voided(point=SHOTS[0].id, phase=Phase.AS_FOUND, reason="loose lead", by="Operator A")
DONE = Finished(verdict="pass")
ROOMS = [
    pytest.param(
        (room(12.1), *STOPPED, room(23.1), FIRST, room(23.4), DONE),
        ["23,1", "23,4"],
        id="a typo at the beginning, before anything was measured",
    ),
    pytest.param(
        (room(12.1), *STOPPED, room(12.2), *STOPPED, room(23.1), FIRST, room(23.4), DONE),
        ["23,1", "23,4"],
        id="two of them",
    ),
    pytest.param(
        (room(23.1), RESUMED, FIRST, room(23.4), DONE),
        ["23,1", "23,4"],
        id="resumed under the same reading",
    ),
    pytest.param(
        (room(23.1), FIRST, room(29.5), *STOPPED, room(23.0), DONE),
        ["23,0", "29,5"],
        id="out of limits at the end: it was measured until then",
    ),
    pytest.param(
        (room(23.1), FIRST, room(29.5), *STOPPED, room(23.0), SECOND, room(23.2), DONE),
        ["23,0", "29,5"],
        id="out of limits in between",
    ),
    pytest.param(
        (room(23.1), FIRST, VOID, *STOPPED, room(24.0), FIRST, room(23.4), DONE),
        ["23,1", "24,0"],
        id="what was measured and declared void was measured all the same",
    ),
]


def state_after(entries: tuple[Entry, ...]) -> RunState:
    rows = enumerate((Run().begun(), *entries))
    return fold_all(Row(seq, BEGUN_AT, entry, HEAD, HEAD) for seq, entry in rows)


@pytest.mark.parametrize(("entries", "shown"), ROOMS)
def test_conditions_are_those_under_which_something_was_measured(
    entries: tuple[Entry, ...], shown: list[str]
) -> None:
    air = _environment(state_after(entries), NOBODY)
    assert [figure.shown for figure in air.celsius] == shown


def test_only_who_noted_the_conditions_is_named_with_them() -> None:
    state = state_after((room(12.1, "A"), *STOPPED, room(23.1, "B"), FIRST, room(23.2, "B"), DONE))
    assert "noted by B; " in _environment(state, NOBODY).remark.en


def test_whoever_noted_the_room_is_named_as_the_others_are() -> None:
    names = {"thermo-hygrometer 7": "Nguyễn Kỹ Thuật"}
    air = Run().document(acts=Acts(names=names)).environment
    assert "noted by Nguyễn Kỹ Thuật; " in air.remark.en


def test_whoever_left_a_point_out_is_named_as_the_others_are() -> None:
    state = Run(shots=SHOTS[:3]).state()
    point = state.points[-1].id
    skipped = Skipped(point=point, phase=Phase.AS_FOUND, reason="lead missing", by="an")
    results = {key: outcome for key, outcome in state.results.items() if key[1] != point}
    state = replace(state, results=results, skipped={(Phase.AS_FOUND, point): skipped})
    document = Run().document(state, acts=Acts(names={"an": "Nguyễn Kỹ Thuật"}))
    (said,) = (note.text.en for note in document.notes if note.topic is Topic.UNDONE)
    assert said.startswith("Not measured, by decision of Nguyễn Kỹ Thuật (lead missing): ")


@pytest.mark.parametrize(
    ("issued_by", "said"),
    [("Approver B", False), ("Operator A", True), ("Operator C", True)],
)
def test_one_person_for_both_is_said(issued_by: str, said: bool) -> None:
    document = Run(resumed=(RESUMED,)).document(issued_by=issued_by)
    assert (Topic.PERSONS in topics(document)) is said


def test_sittings_name_every_software_and_operator() -> None:
    again = RESUMED.model_copy(update={"operator": "Operator A"})
    document = Run(resumed=(RESUMED, again)).document()
    assert document.operators == ("Operator A", "Operator C")
    programs = [(p.version, p.digest) for p in document.software.programs]
    assert programs == [("0.1.0", "34" * 32), ("0.1.1", "9a" * 32)]
    said = words(document, Topic.SITTINGS)
    assert said.startswith("Carried out in 3 sittings (1: Operator A; 2: Operator C, bench file")
    assert f"{RESUMED.bench_digest[:16]}…" in said


def test_one_sitting_is_not_spoken_of(document: Document) -> None:
    assert Topic.SITTINGS not in topics(document)


def test_what_was_declined_changes_nothing(document: Document) -> None:
    run = Run()
    declined = Declined(what="adjust", reason="no adjustment", by="Operator A")
    state = fold(run.state(), Row(99, ISSUED_AT, declined, HEAD, HEAD))
    assert run.document(state).notes == document.notes


@pytest.mark.parametrize(("day", "refused"), [(20, False), (21, True)], ids=["that day", "next"])
def test_nothing_is_calibrated_before_it_was_received(day: int, refused: bool) -> None:
    run = Run(order=ORDER.model_copy(update={"received": date(2026, 11, day)}))
    if not refused:
        assert run.document().order.received == date(2026, 11, day)
        return
    with pytest.raises(Refused, match=r"received on 2026-11-21.*performed from 2026-11-20"):
        run.document()


def test_simulated_is_the_first_thing_said() -> None:
    assert topics(Run(simulated=True).document())[0] is Topic.SIMULATED
    assert Topic.SIMULATED not in topics(Run().document())
    assert "not claimed" in words(Run(simulated=True).document(), Topic.TRACEABILITY)


def test_no_interval_is_recommended(document: Document) -> None:
    said = " ".join(note.text.en for note in document.notes).lower()
    assert "interval" not in said
    assert "next calibration" not in said


def test_the_record_behind_it_is_named(document: Document) -> None:
    assert (document.origin.run, document.origin.head) == ("0197a1b2-run", HEAD)
    assert document.origin.entries == len(Run().entries())


def test_dates_are_those_of_the_laboratory(document: Document) -> None:
    assert document.performed_from.isoformat() == "2026-11-20"
    assert document.issued.isoformat() == "2026-11-21T10:04:05+07:00"


@pytest.mark.parametrize(
    "run",
    [
        Run(finished=False),
        Run(finished=False, shots=SHOTS[:1]),
    ],
    ids=["undecided", "one point"],
)
def test_an_unfinished_run_is_refused(run: Run) -> None:
    with pytest.raises(Refused, match="not finished"):
        run.document()


def test_a_rule_of_another_version_is_refused() -> None:
    run = Run()
    state = run.state()
    assert state.begun is not None
    state = replace(state, begun=state.begun.model_copy(update={"rule_version": "99"}))
    with pytest.raises(Refused, match="version 99"):
        run.document(state)


def test_a_rule_of_another_definition_is_refused() -> None:
    run = Run()
    state = run.state()
    assert state.begun is not None
    other = definition(RULES["iso-14253-1"])
    state = replace(state, begun=state.begun.model_copy(update={"rule_definition": other}))
    with pytest.raises(Refused, match="does not have"):
        run.document(state)


def test_the_order_names_the_rule_that_was_applied() -> None:
    agreed = ORDER.model_copy(update={"rule": "guarded-binary"})
    assert Run(order=agreed, rule="guarded-binary").document().rule is RULES["guarded-binary"]
    with pytest.raises(Refused, match=r"'guarded-binary', yet run .* judged by 'iso-14253-1'"):
        Run(order=agreed, rule="iso-14253-1").document()


def test_every_text_is_translated(document: Document) -> None:
    notes = [n for d in (document, Run(adjusted=True, simulated=True).document()) for n in d.notes]
    for note in notes:
        assert note.text.vi != note.text.en
    vietnamese = translation("vi")
    same_in_both = {label for label in LABELS.values() if vietnamese(label) == label}
    assert same_in_both == set()
    assert set(RULE_WORDING) == set(RULES)
    for wording in RULE_WORDING.values():
        assert say(wording).vi != wording


def test_what_cannot_be_judged_is_neither_pass_nor_fail() -> None:
    coarse = replace(SHOTS[5], uncertainty=3 * SHOTS[5].limit)
    document = Run(shots=(coarse,), voided=0).document()
    (line,) = document.sections[0].lines
    assert line.verdict is Verdict.NOT_ASSESSABLE
    assert line.result is not None
    assert line.result.risk is None
    assert Topic.RISK not in topics(document)


def test_a_counter_has_its_range_in_volts(document: Document) -> None:
    (table,) = [t for t in document.sections[0].tables if t.test == "frequency"]
    assert [group.range.vi for group in table.groups] == ["1 V"]
    assert (table.unit, table.range_unit) == ("Hz", "V")
    assert table.groups[0].value_unit == "kHz"
