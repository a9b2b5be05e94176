"""Proofs of a procedure at a few points, honest and spoilt on purpose."""

import dataclasses
import threading
from collections.abc import Callable, Iterable
from datetime import date
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from typing import Any

from station import procedure as p
from station.evidence import CertifiedStandard, StandardValue
from station.run.setup import COVERAGE_PROBABILITY
from station.validation.finding import Study, assessed
from station.validation.study import studied
from station.validation.subject import subject

Spoil = Callable[[p.Test[Any]], p.Test[Any]]
Change = Callable[[float, StandardValue], StandardValue]


def honest(test: p.Test[Any]) -> p.Test[Any]:
    return test


def with_points(procedure: p.Procedure, ids: Iterable[str], spoil: Spoil = honest) -> p.Procedure:
    """The procedure with only the named points, every test spoilt by `spoil`."""
    wanted = set(ids)

    def tests(items: p.Items) -> tuple[p.Test[Any], ...]:
        kept = (
            dataclasses.replace(test, points=tuple(pt for pt in test.points if pt.id in wanted))
            for test in procedure.tests(items)
        )
        return tuple(spoil(test) for test in kept if test.points)

    return dataclasses.replace(procedure, tests=tests)


def study_of(procedure: p.Procedure, trials: int, bench: Traversable) -> Study:
    """What a proof on the bench folder `bench` says."""
    with as_file(bench) as folder:
        made = subject(procedure, "guarded-non-binary", folder / "bench.toml")
    done = studied(
        made,
        seed=1,
        trials=trials,
        workers=1,
        stop=threading.Event(),
        progress=lambda done: None,
    )
    return assessed(done, claim=COVERAGE_PROBABILITY, planned=trials)


@dataclasses.dataclass(frozen=True)
class Spoilt:
    """A standard whose certificate is read wrongly."""

    standard: CertifiedStandard
    change: Change

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        return self.change(nominal, self.standard.at(quantity, nominal, on, hertz=hertz))

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        return self.change(indication, self.standard.measured(quantity, indication, on))


def with_standard(change: Change) -> Spoil:
    """Let the budget see another standard than the certificate's."""

    def spoil(test: p.Test[Any]) -> p.Test[Any]:
        def evaluate(point: p.Point, evidence: p.Evidence) -> p.Evaluation:
            spoilt = {name: Spoilt(each, change) for name, each in evidence.standards.items()}
            return test.evaluate(point, dataclasses.replace(evidence, standards=spoilt))

        return dataclasses.replace(test, evaluate=evaluate)

    return spoil


def without_drift(nominal: float, value: StandardValue) -> StandardValue:
    """The drift since the certificate, forgotten."""
    return dataclasses.replace(value, drift_half_width=0.0)


def without_u(nominal: float, value: StandardValue) -> StandardValue:
    """The certificate's own uncertainty, forgotten."""
    return dataclasses.replace(value, standard_uncertainty=0.0)


def wrong_sign(nominal: float, value: StandardValue) -> StandardValue:
    """The correction, applied the wrong way round."""
    return dataclasses.replace(value, actual=2.0 * nominal - value.actual)
