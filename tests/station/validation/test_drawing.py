"""What a trial draws agrees with what is stated."""

import dataclasses
from math import sqrt

import numpy as np
import pytest

from procedures.electrical.dmm import PROCEDURE
from station.errors import BadInput
from station.metrology.reference_table import CertificatePoint
from station.procedure import StandardUse
from station.simulated_world import truth_of
from station.validation.drawing import certified, drawn_bench, generator
from station.validation.subject import Subject, subject


@pytest.fixture(scope="module")
def dmm() -> Subject:
    return subject(PROCEDURE, "guarded-non-binary").ready()


class Perfect:
    """A world in which everything is what it is set to."""

    def output_in_room(self, name: str, function: str, nominal: float, hertz: float = 0.0) -> float:
        return nominal

    def error_in_room(
        self, name: str, function: str, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        return 0.0


def ten_volts(dmm: Subject, trial: int) -> CertificatePoint:
    (standard, _) = certified(dmm, Perfect(), generator(1, trial))["calibrator"]
    table = next(t for t in standard.certificate.tables if t.quantity == "dc-voltage")
    return next(p for r in table.ranges for p in r.points if p.nominal == 10.0)


def test_the_certificate_is_wrong_by_as_much_as_it_and_the_maker_state(dmm: Subject) -> None:
    wrong = [ten_volts(dmm, trial).deviation for trial in range(400)]
    u, limit = 42e-6 / 2, 12e-6 * 10.0 + 20e-6
    expected = sqrt(u**2 + limit**2 / 3.0)
    assert np.std(wrong) == pytest.approx(expected, rel=0.1)
    assert np.mean(wrong) == pytest.approx(0.0, abs=3 * expected / sqrt(400))
    assert max(map(abs, wrong)) < limit + 4 * u


def test_points_of_a_range_share_the_laboratorys_error_and_the_drift(dmm: Subject) -> None:
    (standard, _) = certified(dmm, Perfect(), generator(1, 1))["calibrator"]
    for quantity in ("dc-voltage", "resistance-4w"):
        table = next(t for t in standard.certificate.tables if t.quantity == quantity)
        assert all(point.k == 2.0 for r in table.ranges for point in r.points)
    plus, minus = ten_volts(dmm, 1).deviation, ten_volts(dmm, 2).deviation
    assert plus != minus
    assert ten_volts(dmm, 1).deviation == plus


def test_only_what_the_tests_use_is_certified(dmm: Subject) -> None:
    (standard, content) = certified(dmm, Perfect(), generator(1, 1))["calibrator"]
    assert {t.quantity for t in standard.certificate.tables} == {t.name for t in dmm.tests}
    assert standard.certificate.number.encode() in content


def test_every_trial_has_a_stream_of_its_own(dmm: Subject) -> None:
    first, again, second, other = (
        drawn_bench(dmm, generator(seed, trial)).simulation
        for seed, trial in ((1, 1), (1, 1), (1, 2), (2, 1))
    )
    assert first == again
    assert len({first.seed, second.seed, other.seed}) == 3
    assert first.start == dmm.bench.simulation.start


def test_the_room_is_within_the_limits_of_the_method(dmm: Subject) -> None:
    (cold, warm), (dry, damp) = PROCEDURE.environment.celsius, PROCEDURE.environment.humidity
    rooms = [drawn_bench(dmm, generator(1, trial)).simulation for trial in range(200)]
    celsius = [room.ambient_celsius for room in rooms]
    assert cold <= min(celsius) < cold + 1.0 < warm - 1.0 < max(celsius) <= warm
    assert all(dry <= room.humidity_percent <= damp for room in rooms)


def test_a_dut_may_be_outside_its_limits(dmm: Subject) -> None:
    test = next(test for test in dmm.tests if test.name == "dc-voltage")
    point = next(p for p in test.points if p.id == "dc-voltage/10 V/10 V")
    shares = []
    for trial in range(60):
        with truth_of(drawn_bench(dmm, generator(1, trial))) as truth:
            error = truth.error_in_room("dut", "dc-voltage", 10.0, range_=10.0)
        shares.append(abs(error) / test.tolerance(point).limits.upper)
    assert 0.2 < np.mean(np.array(shares) > 1.0) < 0.7
    assert max(shares) < 3.0


def test_a_standard_whose_truth_nobody_knows_is_refused(dmm: Subject) -> None:
    swapped = dataclasses.replace(
        dmm,
        standards={"rubidium": dataclasses.replace(dmm.standards["calibrator"], role="rubidium")},
    )
    tests = tuple(
        dataclasses.replace(test, standards=(StandardUse("rubidium", test.name),))
        for test in dmm.tests
    )
    procedure = dataclasses.replace(dmm.procedure, tests=lambda model: tests)
    swapped = dataclasses.replace(swapped, procedure=procedure)
    draw = generator(1, 1)
    with pytest.raises(BadInput, match="no truth"), truth_of(drawn_bench(swapped, draw)) as truth:
        certified(swapped, truth, draw)


def test_a_procedure_must_say_on_what_it_is_proved() -> None:
    with pytest.raises(BadInput, match="on what it can be proved"):
        subject(dataclasses.replace(PROCEDURE, proof=None), "guarded-non-binary")
