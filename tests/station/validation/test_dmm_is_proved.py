"""The honest procedure is compatible with its claim, and every spoilt one is caught."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from procedures.electrical.dmm import PROCEDURE
from station import procedure as p
from station.evidence import CertifiedStandard, StandardValue
from station.run.setup import COVERAGE_PROBABILITY
from station.validation.finding import Study, assessed
from station.validation.study import studied
from station.validation.subject import subject

TRIALS = 20

POINTS = (
    "dc-voltage/100 mV/100 mV",
    "dc-voltage/10 V/10 V",
    "dc-voltage/10 V/-5 V",
    "dc-voltage/1000 V/1000 V",
    "ac-voltage/1 V/1 V/1 kHz",
    "resistance-4w/10 kΩ/10 kΩ",
    "dc-current/10 mA/10 mA",
    "ac-current/10 mA/10 mA/1 kHz",
)

Spoil = Callable[[p.Test[Any]], p.Test[Any]]


def proved(spoil: Spoil = lambda test: test) -> Study:
    """What the proof says of `dmm` with a few points, every test spoilt by `spoil`."""

    def tests(items: p.Items) -> tuple[p.Test[Any], ...]:
        kept = (
            dataclasses.replace(
                test, points=tuple(point for point in test.points if point.id in POINTS)
            )
            for test in PROCEDURE.tests(items)
        )
        return tuple(spoil(test) for test in kept if test.points)

    variant = dataclasses.replace(PROCEDURE, tests=tests)
    trials = studied(
        subject(variant, "guarded-non-binary"),
        seed=1,
        trials=TRIALS,
        workers=1,
        stop=threading.Event(),
        progress=lambda done: None,
    )
    return assessed(trials, claim=COVERAGE_PROBABILITY, planned=TRIALS)


@dataclasses.dataclass(frozen=True)
class Spoilt:
    """A standard whose certificate is read wrongly."""

    standard: CertifiedStandard
    change: Callable[[float, StandardValue], StandardValue]

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        return self.change(nominal, self.standard.at(quantity, nominal, on, hertz=hertz))

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        raise AssertionError("a calibrator is set")


def with_standard(change: Callable[[float, StandardValue], StandardValue]) -> Spoil:
    """Let the budget see another standard than the certificate's."""

    def spoil(test: p.Test[Any]) -> p.Test[Any]:
        def evaluate(point: p.Point, evidence: p.Evidence) -> p.Evaluation:
            spoilt = {name: Spoilt(each, change) for name, each in evidence.standards.items()}
            return test.evaluate(point, dataclasses.replace(evidence, standards=spoilt))

        return dataclasses.replace(test, evaluate=evaluate)

    return spoil


def forgotten(nominal: float, value: StandardValue) -> StandardValue:
    return dataclasses.replace(value, standard_uncertainty=0.0, drift_half_width=0.0)


def wrong_sign(nominal: float, value: StandardValue) -> StandardValue:
    return dataclasses.replace(value, actual=2.0 * nominal - value.actual)


def hasty(line_cycles: float) -> Spoil:
    """Read direct voltage with so short an integration, and without waiting for the calibrator."""

    def measure(point: p.Point, roles: Any, attendant: p.Attendant) -> Iterator[p.Taken]:
        roles.dut.configure_dc_voltage(point.range)
        roles.dut.dialogue.tell(f"VOLT:DC:NPLC {line_cycles:g}")
        roles.calibrator.standby()
        roles.calibrator.dialogue.tell(f"OUT {point.nominal:.9G} V, 0 HZ")
        roles.calibrator.dialogue.tell("OPER")
        for _ in range(10):
            yield p.Taken("dut", roles.dut.read())

    def spoil(test: p.Test[Any]) -> p.Test[Any]:
        spoilt = test.name == "dc-voltage"
        return dataclasses.replace(test, measure=measure) if spoilt else test

    return spoil


def test_the_honest_procedure_is_compatible() -> None:
    study = proved()
    assert study.complete
    assert study.proved
    everything = study.groups[0]
    assert everything.covered.total == TRIALS * len(POINTS)
    assert everything.covered.share > 0.9
    assert study.overloaded == 0


SPOILT = [
    pytest.param(with_standard(forgotten), id="drift and certificate forgotten"),
    pytest.param(with_standard(wrong_sign), id="wrong sign of the correction"),
    pytest.param(hasty(0.2), id="too short settling"),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_procedure_is_not_compatible(spoil: Spoil) -> None:
    study = proved(spoil)
    assert study.complete
    assert not study.proved
    assert "dc-voltage" in {group.test for group in study.too_low}


def test_readings_that_still_settle_scatter_so_much_that_u_is_of_no_use() -> None:
    """Ten slow readings of which the first is far off: its scatter covers its own error."""
    study = proved(hasty(10.0))
    assert not study.proved
    assert not study.too_low
    assert "dc-voltage" in {group.test for group in study.too_wide}
