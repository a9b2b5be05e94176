from dataclasses import replace
from pathlib import Path

import pytest

from station.errors import BadInput, JournalMismatch
from station.metrology.conformity import GUARDED_NON_BINARY, ISO_14253_1, RULES
from station.metrology.guard_band import MultipleOfUncertainty
from station.run.entries import Measured
from station.run.people import Interrupted
from station.run.plan import Order, Organisation, RuleDefinition
from station.run.rule import agreed_rule, definition, is_of
from tests.station.certificate.runs import Run
from tests.station.run.laboratory import Laboratory, few_points

DEFAULT = GUARDED_NON_BINARY.name
CUSTOMER = Organisation(name="A customer", address="An address")


def order(rule: str | None) -> Order:
    return Order(number="O-1", customer=CUSTOMER, rule=rule)


@pytest.mark.parametrize(
    ("ordered", "asked", "expected"),
    [
        (None, None, DEFAULT),
        (None, "iso-14253-1", "iso-14253-1"),
        ("guarded-rejection", None, "guarded-rejection"),
        ("guarded-rejection", "guarded-rejection", "guarded-rejection"),
    ],
    ids=["laboratory's", "asked for", "ordered", "both"],
)
def test_the_order_chooses_then_the_command_then_the_laboratory(
    ordered: str | None, asked: str | None, expected: str
) -> None:
    assert agreed_rule(order(ordered), asked, default=DEFAULT) is RULES[expected]


def test_without_an_order_the_command_chooses() -> None:
    assert agreed_rule(None, "iso-14253-1", default=DEFAULT) is ISO_14253_1
    assert agreed_rule(None, None, default=DEFAULT) is GUARDED_NON_BINARY


def test_what_was_agreed_cannot_be_overridden() -> None:
    with pytest.raises(BadInput, match=r"Order O-1 names.*'guarded-binary'.*'iso-14253-1' is"):
        agreed_rule(order("guarded-binary"), "iso-14253-1", default=DEFAULT)


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("guarded-rejecton", "guarded-rejection"),
        ("iso14253-1", "iso-14253-1"),
        ("z540-method-6", "z540.3-method-6"),
        ("root-sum-of-squares", "root-difference-of-squares"),
    ],
)
def test_an_unknown_rule_is_refused_with_the_nearest(wrong: str, nearest: str) -> None:
    for agreed, asked in ((wrong, None), (None, wrong)):
        with pytest.raises(BadInput, match=rf"no decision rule '{wrong}'.*{nearest}"):
            agreed_rule(order(agreed), asked, default=DEFAULT)


def test_the_definition_says_what_was_applied() -> None:
    assert definition(ISO_14253_1) == RuleDefinition(
        zones="non-binary",
        guard_band="w = 0.83·U",
        parameters={"multiplier": 0.83},
        clause="ISO 14253-1:2017",
    )


def test_a_run_is_of_its_own_rule_alone() -> None:
    begun = Run(rule="iso-14253-1").begun()
    assert [name for name, rule in RULES.items() if is_of(rule, begun)] == ["iso-14253-1"]
    assert not is_of(replace(ISO_14253_1, guard_band=MultipleOfUncertainty(0.84)), begun)
    assert not is_of(replace(ISO_14253_1, version=2), begun)
    # A record of before rules were defined in it has name and version only.
    assert is_of(ISO_14253_1, begun.model_copy(update={"rule_definition": None}))


def test_a_run_records_its_rule(tmp_path: Path) -> None:
    point = "dc-voltage/1 V/1 V"
    laboratory = Laboratory(
        tmp_path, procedure=few_points([point]), rule="conformance-probability-95"
    )
    state = laboratory.begin()
    assert state.begun is not None
    assert state.begun.rule == "conformance-probability-95"
    assert state.begun.rule_definition == definition(RULES["conformance-probability-95"])
    (measured,) = state.results.values()
    assert isinstance(measured, Measured)
    # t of finite ν is wider than the normal quantile 1.645.
    guard = measured.upper - measured.acceptance_upper
    assert 1.644 * measured.standard_uncertainty < guard < 2.0 * measured.standard_uncertainty


def test_a_run_goes_on_under_no_other_rule(laboratory: Laboratory) -> None:
    laboratory.stop.set()
    with pytest.raises(Interrupted):
        laboratory.begin()
    laboratory.stop.clear()
    laboratory.rule = "simple-acceptance"
    with pytest.raises(JournalMismatch, match="changed since it began: decision rule"):
        laboratory.resume()
