"""`frequency`: Allan deviations as published, budgets by hand, mistakes, whole runs, its proof."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files
from math import pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drivers.capabilities import Reading
from drivers.models import MODELS
from procedures.time.allan import allan_deviation, doubt
from procedures.time.frequency import PROCEDURE, WARM_UP
from procedures.time.frequency_budget import (
    AFTER_LOCK,
    COUNTER_SECONDS,
    NOISE_VOLTS,
    error_of_counter,
    error_of_generator,
    mean_frequency,
)
from procedures.time.frequency_dut import FILES, dut
from simulators.clock import VirtualClock
from station import procedure as p
from station.bench import open_bench
from station.certificate.issue import issue
from station.certificate.verification.file import verify
from station.clock import Clock
from station.errors import BadInput, Refused
from station.evidence import Evidence, Room, StandardValue, Taken
from station.metrology.coverage import Coverage
from station.metrology.errors import BudgetError
from station.procedure import Item
from station.records.store import open_store
from station.run import entries as e
from station.run.people import Interrupted
from station.run.state import Status
from tests.procedures.bench_folder import laboratory_on, measured, verdicts
from tests.procedures.proving import (
    Spoil,
    honest,
    study_of,
    with_points,
    with_standard,
    without_drift,
)

NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
BENCHES = files("procedures") / "time" / "benches"
COUNTER, GENERATOR = BENCHES / "frequency-counter", BENCHES / "frequency-generator"
STANDARD = StandardValue(10e6 + 2e-4, 5e-5, "certificate", 1.5e-3, "90 days")
FIXED = Coverage.fixed(2)


# -- Allan deviation ---------------------------------------------------------------------


def thousand_points() -> list[float]:
    """The test data of NIST SP 1065, 12.4: a multiplicative congruential generator."""
    n, found = 1234567890, []
    for _ in range(1000):
        found.append(n / 2147483647)
        n = 16807 * n % 2147483647
    return found


# NBS Monograph 140, annex 8.E: nine frequencies, as in NIST SP 1065, 12.4
NINE = (892.0, 809.0, 823.0, 798.0, 671.0, 644.0, 883.0, 903.0, 677.0)


@pytest.mark.parametrize(
    ("readings", "group", "expected"),
    [
        pytest.param(NINE, 1, 91.22945, id="nine points"),
        pytest.param(NINE, 2, 85.95287, id="nine points, by twos"),
        pytest.param(thousand_points(), 1, 2.922319e-1, id="thousand points"),
        pytest.param(thousand_points(), 10, 9.159953e-2, id="thousand points, by tens"),
        pytest.param(thousand_points(), 100, 3.241343e-2, id="thousand points, by hundreds"),
    ],
)
def test_published_allan_deviations(readings: Sequence[float], group: int, expected: float) -> None:
    assert allan_deviation(readings, group) == pytest.approx(expected, rel=1e-6)


def test_no_digit_is_lost_of_small_deviations_from_one() -> None:
    tiny = [1e-9 * each for each in thousand_points()]
    near_one = [1.0 + each for each in tiny]
    assert allan_deviation(near_one, 10) == pytest.approx(9.159953e-11, rel=1e-5)


@pytest.mark.parametrize("group", [0, 5, 9])
def test_too_few_readings_have_no_allan_deviation(group: int) -> None:
    with pytest.raises(BudgetError, match="no two groups"):
        allan_deviation(NINE, group)


def test_the_doubt_about_an_allan_deviation() -> None:
    """Of white noise the deviations of many series scatter no more than is said."""
    draw = np.random.default_rng(3)
    found = [allan_deviation(draw.standard_normal(100).tolist(), 10) for _ in range(300)]
    assert np.mean(found) == pytest.approx(1 / sqrt(10), rel=0.03)
    assert np.std(found) < doubt(1 / sqrt(10), 100, 10)
    assert np.std(found) > 0.7 * doubt(1 / sqrt(10), 100, 10)


# -- budgets -----------------------------------------------------------------------------


def test_white_readings_are_averaged() -> None:
    values = np.random.default_rng(5).normal(10e6, 1e-4, 100).tolist()
    made = mean_frequency("f", values, source="run")
    assert made.value == pytest.approx(10e6, abs=5e-5)
    assert made.standard_uncertainty == pytest.approx(1e-4 / 10, rel=0.2)
    assert made.dof == pytest.approx(99.0)


def test_readings_that_hang_together_are_worth_fewer() -> None:
    noise = np.random.default_rng(6).standard_normal(101)
    values = (10e6 + 1e-3 * (noise[1:] + 0.9 * noise[:-1])).tolist()
    made = mean_frequency("f", values, source="run")
    plain = float(np.std(values, ddof=1)) / 10
    assert made.standard_uncertainty > 1.3 * plain
    assert 10 < made.dof < 60


def test_readings_that_creep_are_worth_one() -> None:
    values = [10e6 + 1e-3 * n for n in range(100)]
    made = mean_frequency("f", values, source="run")
    assert made.standard_uncertainty == pytest.approx(float(np.std(values, ddof=1)))
    assert made.dof == 1.0


def test_the_error_of_a_counter_is_its_indication_less_the_reference() -> None:
    values = [10e6 + 0.5, 10e6 + 0.5 + 2e-4, 10e6 + 0.5 - 2e-4]
    budget = error_of_counter(values, STANDARD, resolution=1e-4, resolution_source="gate")
    result = budget.evaluate(FIXED)
    assert result.value == pytest.approx(0.5 - 2e-4, abs=1e-8)
    parts = (
        2e-4 / sqrt(3), 1e-4 / sqrt(12), 5e-5, 1.5e-3 / sqrt(3), AFTER_LOCK * 10e6 / sqrt(3),
    )  # fmt: skip
    expected = sqrt(sum(part**2 for part in parts))
    assert result.standard_uncertainty == pytest.approx(expected, rel=1e-4)


def test_the_error_of_a_generator_is_its_setting_less_what_it_gives() -> None:
    """A reference that is fast makes the counter read too little."""
    values = [1e6 - 0.25, 1e6 - 0.25 + 1e-5, 1e6 - 0.25 - 1e-5]
    fast = dataclasses.replace(STANDARD, actual=10e6 + 1.0)
    budget = error_of_generator(1e6, values, fast, volts=1.0, gate_seconds=1.0)
    result = budget.evaluate(FIXED)
    assert result.value == pytest.approx(0.25 - 0.1, abs=1e-6)
    trigger = NOISE_VOLTS / (2 * pi) / sqrt(3)
    of_reference = 0.1 * sqrt(5e-5**2 + (1.5e-3**2 + (AFTER_LOCK * 10e6) ** 2) / 3)
    parts = (1e-5 / sqrt(3), trigger, COUNTER_SECONDS * 1e6 / sqrt(3), of_reference)
    expected = sqrt(sum(part**2 for part in parts))
    assert result.standard_uncertainty == pytest.approx(expected, rel=1e-3)


# -- data --------------------------------------------------------------------------------


def only_test_of(model: str, **details: float | str) -> p.Test[Any]:
    (made,) = PROCEDURE.tests({"dut": Item(model, details)})
    return made


@pytest.mark.parametrize("model", FILES.models())
def test_a_model_with_a_data_file_can_be_driven(model: str) -> None:
    assert model in MODELS
    made = only_test_of(model)
    assert [point.id for point in made.observations] == [WARM_UP]
    assert made.points
    assert {made.name} <= {"time-base", "frequency"}
    assert not made.tolerance(made.points[0]).verified


@pytest.mark.parametrize(
    ("model", "details", "limit"),
    [
        ("keysight-53230a", {}, 10.0),
        ("keysight-53230a", {"time_base": "oven"}, 0.5),
        ("keysight-33511b", {}, 10.0),
    ],
)
def test_the_limit_follows_the_time_base(model: str, details: dict[str, str], limit: float) -> None:
    made = only_test_of(model, **details)
    assert made.tolerance(made.points[0]).limits.upper == pytest.approx(limit)


REFUSED: Sequence[Any] = [
    pytest.param("hp-53131a", {}, r"Write procedures/time/data/hp-53131a", id="model"),
    pytest.param(
        "keysight-53230a", {"oven": 1}, r"unknown key 'oven'.*there are time_base", id="unknown"
    ),
    pytest.param("keysight-33511b", {"time_base": "oven"}, r"no 'oven'. There are s", id="oven"),
    pytest.param("keysight-53230a", {"warm_up_minutes": 5}, r"at least 60, or 0", id="too short"),
    pytest.param("keysight-53230a", {"warm_up_minutes": 1e9}, r"equal to 2880", id="for ever"),
    pytest.param("keysight-53230a", {"warm_up_minutes": -1}, r"greater than or", id="negative"),
]


@pytest.mark.parametrize(("model", "details", "fault"), REFUSED)
def test_wrong_items_are_refused(model: str, details: dict[str, float], fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        PROCEDURE.tests({"dut": Item(model, details)})


@pytest.mark.parametrize(
    ("model", "before", "after", "fault"),
    [
        ("keysight-53230a", 'source = "oven"', 'source = "ovens"', "'ovens' is not under"),
        ("keysight-53230a", "[counter]", "[counters]", "counter"),
        ("keysight-33511b", "hertz = 20e6, gate", "hertz = 21e6, gate", "beyond 2e\\+07"),
        ("keysight-33511b", 'model = "keysight-33511b"', 'model = "x"', "not its name"),
    ],
)
def test_a_wrong_data_file_is_refused(model: str, before: str, after: str, fault: str) -> None:
    text = (files("procedures") / "time" / "data" / f"{model}.toml").read_text("utf-8")
    assert before in text
    with pytest.raises(BadInput, match=fault):
        FILES.figures(model, text.replace(before, after, 1).encode())


def test_details_change_the_digest() -> None:
    each: Sequence[dict[str, Any]] = ({}, {"time_base": "oven"}, {"warm_up_minutes": 0})
    digests = {PROCEDURE.digest({"dut": Item("keysight-53230a", details)}) for details in each}
    assert len(digests) == len(each)
    assert dut(Item("keysight-53230a")).details.warm_up_minutes == 60.0


# -- suspicions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "of", "values", "word"),
    [
        pytest.param("keysight-53230a", "dut", [5e6] * 6, "far off", id="the 5 MHz output"),
        pytest.param("keysight-53230a", "dut", [10e6 + 1e-5] * 6, "too well", id="REF IN"),
        pytest.param(
            "keysight-53230a", "dut", [10e6 + n for n in range(9)], "changing", id="warming up"
        ),
        pytest.param("keysight-53230a", "dut", [10e6 + 0.3] * 6, "", id="good"),
        pytest.param("keysight-53230a", "dut", [10e6 + 30.0] * 6, "", id="bad, no mistake"),
        pytest.param("keysight-53230a", "dut", [10e6 + 0.3], "", id="one reading"),
        pytest.param("keysight-33511b", "counter", [10e6] * 6, "", id="a locked generator"),
        pytest.param("keysight-33511b", "counter", [1e6] * 6, "far off", id="another frequency"),
    ],
)
def test_usual_mistakes_are_named(model: str, of: str, values: list[float], word: str) -> None:
    made = only_test_of(model)
    assert made.suspicion is not None
    point = made.points[0]
    taken = tuple(Taken(of, Reading(value, f"{value:.14E}")) for value in values)
    evidence = Evidence(date(2026, 11, 2), Room(23.0, 50.0), {}, {point.id: taken})
    said = made.suspicion(point, evidence)
    assert word in said
    assert bool(said) is bool(word)


# -- what can go wrong while it is measured ----------------------------------------------


@dataclass
class Standing:
    """An attendant on a virtual clock, which remembers what was waited for."""

    clock: Clock = field(default_factory=VirtualClock)
    waited: list[str] = field(default_factory=list)

    def wait(self, why: str, seconds: float) -> None:
        self.waited.append(why)
        self.clock.sleep(seconds)

    def wait_until(
        self, why: str, done: Any, *, at_most: float, every: float = 5.0, approach: Any = None
    ) -> None:
        end = self.clock.monotonic() + at_most
        while not done():
            if self.clock.monotonic() >= end:
                raise Refused(why)
            self.waited.append(why)
            self.clock.sleep(every)


@dataclass
class Rubidium:
    """A reference that is locked from so many askings on, and until so many."""

    locked_from: int = 0
    locked_until: int = 1000
    asked: int = 0

    def is_locked(self) -> bool:
        self.asked += 1
        return self.locked_from < self.asked <= self.locked_until


@dataclass
class Counting:
    """A counter that reads what a good one would."""

    follows: bool = True

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        self.gate = gate_seconds

    def read(self) -> Reading:
        return Reading(10e6 + 0.3, "+1.00000003000000E+007")

    def follows_reference(self) -> bool:
        return self.follows


class Giving:
    """A generator."""

    def source_frequency(self, hertz: float, volts: float) -> None:
        self.hertz = hertz


def taken(
    model: str,
    reference: Rubidium,
    counter: Counting,
    attendant: Standing,
    **details: float | str,
) -> list[Taken]:
    made = only_test_of(model, **details)
    if made.name == "time-base":
        roles = made.roles(reference=reference, dut=counter)
    else:
        roles = made.roles(reference=reference, counter=counter, dut=Giving())
    return list(made.measure(made.points[0], roles, attendant))


@pytest.mark.parametrize("details", [{}, {"warm_up_minutes": 0}], ids=["an hour", "a day, it said"])
@pytest.mark.parametrize(
    ("model", "warms"),
    [
        ("keysight-53230a", "The reference and the counter warm up."),
        ("keysight-33522b", "The reference and the generator warm up."),
    ],
)
def test_a_reference_that_must_lock_first_warms_up_in_the_middle_of_a_run_too(
    model: str, warms: str, details: dict[str, float | str]
) -> None:
    attendant = Standing()
    found = taken(model, Rubidium(locked_from=30), Counting(), attendant, **details)
    assert len(found) == 100
    assert attendant.waited == [*["The reference warms up and locks."] * 29, warms]
    assert attendant.clock.monotonic() == pytest.approx(290.0 + 3600.0)


def test_a_locked_reference_is_used_at_once() -> None:
    attendant = Standing()
    assert len(taken("keysight-53230a", Rubidium(), Counting(), attendant)) == 100
    assert attendant.waited == []


@pytest.mark.parametrize(
    ("model", "reference", "counter", "fault"),
    [
        pytest.param("keysight-53230a", Rubidium(10**6), Counting(), "locks", id="no lock"),
        pytest.param(
            "keysight-53230a", Rubidium(locked_until=1), Counting(), "lost its lock", id="lost"
        ),
        pytest.param(
            "keysight-33522b", Rubidium(locked_until=1), Counting(), "lost its lock", id="lost too"
        ),
        pytest.param(
            "keysight-33522b", Rubidium(), Counting(follows=False), "to follow", id="not joined"
        ),
    ],
)
def test_a_reference_that_is_none_is_refused(
    model: str, reference: Rubidium, counter: Counting, fault: str
) -> None:
    with pytest.raises(Refused, match=fault):
        taken(model, reference, counter, Standing())


# -- whole runs --------------------------------------------------------------------------


def test_a_good_counter_passes_and_gets_its_certificate(tmp_path: Path) -> None:
    laboratory = laboratory_on(COUNTER, tmp_path, PROCEDURE)
    state = laboratory.begin()
    assert verdicts(state) == {"time-base/10 MHz": "pass"}
    with open_bench(laboratory.file, simulate=True) as bench:
        assert bench.simulated is not None
        truth = bench.simulated.error_in_room("dut", "frequency", 10e6, range_=5.0)
    found = measured(state)["time-base/10 MHz"]
    assert abs(found.error - truth) < found.expanded_uncertainty < 2e-3
    concluded = conclusions(laboratory.rows())
    assert concluded["time-base"].value == pytest.approx(-truth / 10e6, abs=2e-10)
    # The simulated counter resolves 1E-11 in a second, from reading to reading anew.
    for seconds in (1, 3, 10, 30):
        deviation = concluded[f"allan-deviation-{seconds}s"]
        assert deviation.expanded_uncertainty is not None
        difference = abs(deviation.value - 1e-11 / sqrt(seconds))
        assert difference < 1.5 * deviation.expanded_uncertainty
    with open_store(laboratory.url) as store:
        made = issue(store, laboratory.run, by="Approver", now=NOW, order=None, laboratory=None)
        report = verify(made.pdf, store)
        assert report.good, report.findings


def conclusions(rows: Sequence[Any]) -> dict[str, e.ConclusionDrawn]:
    return {
        drawn.name: drawn
        for row in rows
        if isinstance(row.entry, e.Concluded)
        for drawn in row.entry.conclusions
    }


def test_a_bad_time_base_fails(tmp_path: Path) -> None:
    errors = {"dut": {"frequency": {"gain_ppm": 0.06}}}
    state = laboratory_on(COUNTER, tmp_path, PROCEDURE, errors=errors).begin()
    assert verdicts(state) == {"time-base/10 MHz": "fail"}
    # Fast by 6E-8, it counts 0.6 Hz too little.
    assert measured(state)["time-base/10 MHz"].error == pytest.approx(-0.6, abs=0.01)


def test_a_cold_reference_is_waited_for_before_anything_counts(tmp_path: Path) -> None:
    cold = {"dut": {"oven": 1.0}, "reference": {"hours_on": 0.0}}
    laboratory = laboratory_on(COUNTER, tmp_path, PROCEDURE, constants=cold)
    state = laboratory.begin()
    found = measured(state)["time-base/10 MHz"]
    with open_bench(laboratory.file, simulate=True) as bench:
        assert bench.simulated is not None
        truth = bench.simulated.error_in_room("dut", "frequency", 10e6, range_=5.0)
    assert abs(found.error - truth) < found.expanded_uncertainty
    (warm_up,) = (r.entry for r in laboratory.rows() if isinstance(r.entry, e.Observed))
    assert 3600.0 + 300.0 < warm_up.seconds < 3600.0 + 500.0


def test_a_good_generator_passes_at_every_frequency(tmp_path: Path) -> None:
    laboratory = laboratory_on(GENERATOR, tmp_path, PROCEDURE)
    state = laboratory.begin()
    assert set(verdicts(state).values()) == {"pass"}
    assert len(verdicts(state)) == 5
    with open_bench(laboratory.file, simulate=True) as bench:
        world = bench.simulated
        assert world is not None
        for found in measured(state).values():
            assert found.indication is not None
            actual = world.output_in_room("dut", "frequency", found.indication)
            assert abs(found.error - (found.indication - actual)) < found.expanded_uncertainty
    assert "allan-deviation-10s" in conclusions(laboratory.rows())


def test_a_bad_generator_fails_at_every_frequency(tmp_path: Path) -> None:
    errors = {"dut": {"frequency": {"gain_ppm": 1.5}}}
    state = laboratory_on(GENERATOR, tmp_path, PROCEDURE, errors=errors).begin()
    assert set(verdicts(state).values()) == {"fail"}
    assert measured(state)["frequency/30 MHz"].error == pytest.approx(-45.0, abs=0.1)


def test_a_run_stopped_in_the_middle_goes_on_without_another_warm_up(tmp_path: Path) -> None:
    laboratory = laboratory_on(GENERATOR, tmp_path, PROCEDURE)

    def stop(row: Any, state: Any) -> None:
        if isinstance(row.entry, e.Measured) and row.entry.point == "frequency/1 kHz":
            laboratory.stop.set()

    with pytest.raises(Interrupted, match="goes on"):
        laboratory.begin(watch=stop)
    kept = measured(laboratory.state())
    assert set(kept) == {"frequency/10 MHz", "frequency/1 kHz"}
    laboratory.stop.clear()
    state = laboratory.resume()
    assert state.status is Status.FINISHED
    assert {point: measured(state)[point] for point in kept} == kept
    assert len(measured(state)) == 5
    assert len([r for r in laboratory.rows() if isinstance(r.entry, e.Observed)]) == 1


# -- proof -------------------------------------------------------------------------------

POINTS = ("time-base/10 MHz", "frequency/10 MHz", "frequency/1 MHz")


@pytest.mark.parametrize("bench", [COUNTER, GENERATOR], ids=["counter", "generator"])
def test_the_honest_procedure_is_compatible(bench: Any) -> None:
    study = study_of(with_points(PROCEDURE, POINTS, honest), 25, bench)
    assert study.complete
    assert study.proved


def mirrored(test: p.Test[Any]) -> p.Test[Any]:
    """Take the error for its negative."""

    def evaluate(point: p.Point, evidence: p.Evidence) -> p.Evaluation:
        readings = {
            id_: tuple(
                Taken(one.of, Reading(2.0 * point.nominal - one.reading.value, one.reading.raw))
                for one in series
            )
            for id_, series in evidence.readings.items()
        }
        return test.evaluate(point, dataclasses.replace(evidence, readings=readings))

    return dataclasses.replace(test, evaluate=evaluate)


def cold(test: p.Test[Any]) -> p.Test[Any]:
    """Read a reference that is not locked yet."""

    def measure(point: p.Point, roles: Any, attendant: p.Attendant) -> Iterator[Taken]:
        unwatched = dataclasses.replace(roles, reference=Rubidium())
        yield from test.measure(point, unwatched, attendant)

    return dataclasses.replace(test, measure=measure, observations=())


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(with_standard(without_drift), id="drift forgotten"),
        pytest.param(mirrored, id="wrong sign of the error"),
    ],
)
def test_a_spoilt_procedure_is_not_compatible(spoil: Spoil) -> None:
    study = study_of(with_points(PROCEDURE, POINTS, spoil), 25, COUNTER)
    assert study.complete
    assert not study.proved


def test_a_reference_that_is_cold_is_not_compatible(tmp_path: Path) -> None:
    spoilt = with_points(PROCEDURE, POINTS, cold)
    (tmp_path / "reference-certificate.toml").write_bytes(
        (COUNTER / "reference-certificate.toml").read_bytes()
    )
    bench = (COUNTER / "bench.toml").read_text("utf-8")
    assert "hours_on = 24.0" in bench
    (tmp_path / "bench.toml").write_text(bench.replace("hours_on = 24.0", "hours_on = 0.02"))
    study = study_of(spoilt, 10, tmp_path)
    assert study.complete
    assert not study.proved
