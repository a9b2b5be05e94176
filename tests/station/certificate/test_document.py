from dataclasses import replace

import pytest

from station.certificate.document import Document
from station.certificate.labels import LABELS
from station.certificate.texts import say
from station.certificate.wording import RULE_WORDING, Topic
from station.errors import Refused
from station.locale import translation
from station.metrology.conformity import RULES, Verdict
from station.run.entries import Phase
from tests.station.certificate.runs import HEAD, SHOTS, Run


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
    groups = {g.range: g for t in document.sections[0].tables[:1] for g in t.groups}
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
    assert "guarded-non-binary, version 1 (ILAC-G8:09/2019, 4.2.3)" in rule


def test_adjusted_items_show_both_states() -> None:
    document = Run(adjusted=True).document()
    assert [section.phase for section in document.sections] == [Phase.AS_FOUND, Phase.AS_LEFT]
    assert [section.verdict for section in document.sections] == [Verdict.FAIL, Verdict.PASS]
    assert document.verdict is Verdict.PASS
    assert Topic.ADJUSTMENT in topics(document)


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
    assert [group.range for group in table.groups] == ["1 V"]
    assert (table.unit, table.range_unit) == ("Hz", "V")
    assert table.groups[0].value_unit == "kHz"
