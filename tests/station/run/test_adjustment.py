"""As found, adjustment, as left; an adjustment is never repeated unasked."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from drivers.capabilities import Balance
from drivers.errors import LinkLost
from station.errors import RunAborted
from station.run import entries as e
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.state import Status
from tests.station.run.laboratory import Laboratory, bench, few_points

POINTS = ("dc-voltage/10 V/-10 V", "dc-voltage/10 V/10 V")


def adjustable(laboratory: Laboratory, adjust: Callable[[Any, Any], None], gain: float) -> None:
    laboratory.procedure = dataclasses.replace(few_points(POINTS), adjust=adjust)
    laboratory.file = bench(errors={"dut": {"dc-voltage": {"gain_ppm": gain}}})


def test_a_failed_item_is_adjusted_once_and_measured_as_left(laboratory: Laboratory) -> None:
    adjusted: list[Any] = []
    adjustable(laboratory, lambda dut, clock: adjusted.append(dut), gain=400.0)
    state = laboratory.begin()
    assert state.status is Status.FINISHED
    assert len(adjusted) == 1
    assert set(state.results) == {(phase, point) for phase in Phase for point in POINTS}
    assert state.decisions == {Phase.AS_FOUND: "fail", Phase.AS_LEFT: "fail"}


def test_a_good_item_is_not_adjusted(laboratory: Laboratory) -> None:
    adjusted: list[Any] = []
    adjustable(laboratory, lambda dut, clock: adjusted.append(dut), gain=0.0)
    state = laboratory.begin()
    assert state.decisions == {Phase.AS_FOUND: "pass"}
    assert adjusted == []
    assert {phase for phase, _ in state.results} == {Phase.AS_FOUND}


class Says(ScriptedOperator):
    """Answers what became of an adjustment with one word."""

    word = "yes"

    def ask(self, prompt: e.Prompted) -> None:
        super().ask(prompt)
        if "interrupted" in prompt.text:
            self._answer = self.word


@pytest.mark.parametrize("word", ["yes", "no"])
def test_an_interrupted_adjustment_is_asked_about(laboratory: Laboratory, word: str) -> None:
    adjusted: list[Any] = []

    def breaks(dut: Any, clock: Any) -> None:
        adjusted.append(dut)
        raise LinkLost("dut", "CAL", "cable pulled")

    adjustable(laboratory, breaks, gain=400.0)
    with pytest.raises(LinkLost):
        laboratory.begin()
    assert laboratory.state().adjusting
    operator = Says("tester", {"°C": 23.1, "%": 52.0})
    operator.word = word
    if word == "yes":
        assert laboratory.resume(operator=operator).status is Status.FINISHED
        assert {phase for phase, _ in laboratory.state().results} == set(Phase)
    else:
        with pytest.raises(RunAborted, match="adjustment"):
            laboratory.resume(operator=operator)
    assert len(adjusted) == 1, "an adjustment is destructive: never repeated unasked"


def test_a_person_may_leave_it_as_found(laboratory: Laboratory) -> None:
    adjusted: list[Any] = []
    adjustable(laboratory, lambda dut, clock: adjusted.append(dut), gain=400.0)

    class Refusing(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            if "Adjust it now" in prompt.text:
                self._answer = "no"

    state = laboratory.begin(operator=Refusing("tester", {"°C": 23.1, "%": 52.0}))
    assert adjusted == []
    assert state.left_as_found
    assert state.status is Status.FINISHED
    assert state.decisions == {Phase.AS_FOUND: "fail"}


def test_an_item_that_cannot_is_not_asked_about(laboratory: Laboratory) -> None:
    adjusted: list[Any] = []
    adjustable(laboratory, lambda dut, clock: adjusted.append(dut), gain=400.0)
    laboratory.procedure = dataclasses.replace(laboratory.procedure, adjusts=Balance)
    state = laboratory.begin()
    assert adjusted == []
    assert state.status is Status.FINISHED
    assert not state.left_as_found
