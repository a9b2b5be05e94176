"""Each decision rule from the journal to the issued documents."""

import re
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest

from station.certificate.figures import percent
from station.certificate.issue import issue
from station.certificate.plot import plot
from station.certificate.reading import elements, parse, text_of
from station.certificate.rule_wording import RULE_WORDING, rule_statement
from station.certificate.texts import say
from station.certificate.verification.file import read_pdf, verify
from station.metrology.conformity import RULES, Limits, Rule, Zones, decide
from station.metrology.guard_band import Method6, MultipleOfUncertainty, RootDifferenceOfSquares
from station.records.store import open_store
from station.run import journal
from station.run.entries import RunBegun
from station.run.rule import definition
from tests.station.certificate.runs import ISSUED_AT, Run, Shot, write_down

NO_BAND = MultipleOfUncertainty(0.0)
OF_TUR = (RootDifferenceOfSquares(), Method6())

LIMIT = 4e-4
SHARES = (0.1, 0.72, 0.79, 0.93, 0.98, 1.05, 1.22, 1.3, -0.95, -1.24)
"""Of the limit: errors in every zone of every rule, U being a quarter of the limit."""

SHOTS = (
    *(
        Shot("dc-voltage", "V", 1.0 + 0.5 * n, 10.0, LIMIT, share * LIMIT, 0.25 * LIMIT)
        for n, share in enumerate(SHARES)
    ),
    Shot("dc-voltage", "V", 9.0, 10.0, LIMIT, 0.1 * LIMIT, 1.4 * LIMIT),
)

P, CP, CF, F, N = "pass", "conditionalPass", "conditionalFail", "fail", "noPass"

# One a shot. By hand, with U/T = 1/4: w/T is 0.25 for w = U, 0.2075 for ISO 14253-1, 0.2056 for
# 95 %, 0.0318 for the root, 0.0133 for method 6.
VERDICTS = {
    "simple-acceptance": [P, P, P, P, P, F, F, F, P, F, P],
    "guarded-binary": [P, P, F, F, F, F, F, F, F, F, N],
    "guarded-non-binary": [P, P, CP, CP, CP, CF, CF, F, CP, CF, N],
    "guarded-rejection": [P, P, P, P, P, P, P, F, P, P, P],
    "iso-14253-1": [P, P, P, CP, CP, CF, F, F, CP, F, N],
    "z540.3-method-6": [P, P, P, P, P, F, F, F, P, F, N],
    "root-difference-of-squares": [P, P, P, P, F, F, F, F, P, F, N],
    "conformance-probability-95": [P, P, P, F, F, F, F, F, F, F, N],
}

EVERY = pytest.mark.parametrize("name", RULES)


def of(rule: str) -> Run:
    return Run(shots=SHOTS, rule=rule, voided=0)


def flat(text: str) -> str:
    """Words alone, as a page has line breaks anywhere."""
    return "".join(unicodedata.normalize("NFC", text).split())


def test_the_table_has_every_rule_and_no_two_alike() -> None:
    assert set(VERDICTS) == set(RULE_WORDING) == set(RULES)
    assert len(set(map(tuple, VERDICTS.values()))) == len(VERDICTS)


@pytest.mark.parametrize("name", RULES)
def test_a_run_under_each_rule_is_issued_and_verifies(name: str, tmp_path: Path) -> None:
    rule = RULES[name]
    with open_store(str(tmp_path / "station.db")) as store:
        run = write_down(store, of(name))
        issued = issue(store, run, by="Approver B", now=ISSUED_AT, order=None, laboratory=None)
        for content in (issued.pdf, issued.xml):
            assert [f.rule for f in verify(content, store).findings] == ["unsigned"]
        begun = next(journal.read(store, run)).entry
    assert isinstance(begun, RunBegun)
    assert begun.rule_definition == definition(rule)

    root = parse(issued.xml, name="certificate")
    assert text_of(root, "//dcc:conformityXMLList").split() == VERDICTS[name]
    statement = next(elements(root, "//dcc:statement[@id='decisionRule']"))
    assert text_of(statement, "dcc:norm") == rule.clause
    said = rule_statement(rule)
    for language, text in (("vi", said.vi), ("en", said.en)):
        assert text_of(statement, f"dcc:declaration/dcc:content[@lang='{language}']") == text
    _, printed = read_pdf(issued.pdf, name="certificate")
    assert flat(said.vi) in flat(printed)
    assert flat(said.en) in flat(printed)


@pytest.mark.parametrize("name", RULES)
def test_the_statement_has_name_version_formula_and_both_languages(name: str) -> None:
    rule = RULES[name]
    said = rule_statement(rule)
    for text, foreign in ((said.vi, r"\d\.\d"), (said.en, r"\d,\d")):
        assert f"{name}, " in text
        assert rule.clause in text
        assert " = " in text.partition(rule.clause)[2]
        # Numbers have the language's decimal sign; what stands before them are names.
        assert not re.search(foreign, text.partition(rule.clause)[2])
    assert say(RULE_WORDING[name]).vi != RULE_WORDING[name]


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES.values() if rule.guard_band not in (NO_BAND, *OF_TUR)],
    ids=lambda rule: rule.name,
)
def test_the_stated_risk_is_that_on_the_edge_of_the_guard_band(rule: Rule) -> None:
    limits = Limits(upper=1.0)
    edge = decide(rule, 0.0, 0.2, limits).acceptance_upper
    at_edge = decide(rule, edge, 0.2, limits).probability_of_false_decision
    if rule.zones is Zones.REJECTION:
        # The first to fail; the edge itself still passes.
        at_edge = decide(rule, edge + 1e-9, 0.2, limits).probability_of_false_decision
    assert at_edge is not None
    stated = percent(Decimal(f"{at_edge:.6f}")).en.replace("\u00a0", " ")
    assert f"{stated} probability" in RULE_WORDING[rule.name]


def test_the_plot_shows_how_far_a_rejection_rule_accepts() -> None:
    (table,) = of("guarded-rejection").document().sections[0].tables
    picture = plot(table)
    assert picture["points"][5]["zone"] == [-125.0, 125.0]
    assert picture["points"][5]["marker"] == "pass"
    assert picture["span"] > 125.0
