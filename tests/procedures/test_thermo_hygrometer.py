"""`thermo-hygrometer`: details, budget by hand, suspicions, whole runs and a small proof."""

import dataclasses
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import as_file
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from drivers.capabilities import Reading
from procedures.climate import thermo_hygrometer
from procedures.climate.climate_budget import Air, error_by_comparison
from procedures.climate.details import Place, Quantity, planned
from procedures.climate.thermo_hygrometer import (
    FAHRENHEIT,
    FAR,
    FOLLOWS,
    OTHER_NUMBER,
    PROCEDURE,
    UNSETTLED,
)
from station import procedure as p
from station.errors import BadInput
from station.evidence import Evidence, Room, StandardValue, Taken
from station.metrology.errors import OutOfCertificate
from station.metrology.monte_carlo import simulate
from station.records.audit import audit
from station.records.store import open_store
from station.run import entries as e
from station.run.journal import Row
from station.run.mistakes import Mistake
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.state import RunState, Status
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on, measured
from tests.procedures.proving import (
    honest,
    study_of,
    with_points,
    with_standard,
    without_drift,
    without_u,
    wrong_sign,
)

assert PROCEDURE.proof is not None
BENCH = PROCEDURE.proof.bench
ROOM = {"°C": 23.4, "%": 55.0}
ONE = {"limit_celsius": 1.0, "limit_percent": 5.0}
EXACT = {
    name: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0} for name in ("temperature", "humidity")
}


def items(*details: Mapping[str, Any]) -> dict[str, p.Item]:
    roles = ("dut", *(f"dut-{n}" for n in range(2, 13)))
    return {role: p.Item("thermo-hygrometer", d) for role, d in zip(roles, details, strict=False)}


def made(*details: Mapping[str, Any]) -> dict[str, p.Test[Any]]:
    return {test.name: test for test in thermo_hygrometer.tests(items(*details))}


# -- details ------------------------------------------------------------------------------------


def test_the_usual_points_of_two_items() -> None:
    found = made(ONE, {**ONE, "limit_percent": 3.0})
    assert [(t.name, t.unit, len(t.observations), len(t.points)) for t in found.values()] == [
        ("temperature", "°C", 3, 6),
        ("humidity", "%", 3, 6),
    ]
    humidity = found["humidity"]
    second = [point for point in humidity.points if point.dut == "dut-2"]
    assert [point.id for point in second] == [f"humidity/{h} %/dut-2" for h in (30, 50, 75)]
    assert {humidity.tolerance(point).limits.upper for point in second} == {3.0}
    assert second[0].rests_on == ("humidity/30 %/readings",)
    ends = [wire.from_terminal for wire in humidity.hookup.wires]
    assert ends == ["PLACE 1", "PLACE 2", "PLACE 3"]
    roles = {f.name for f in dataclasses.fields(humidity.roles)}
    assert roles == {"chamber", "reference", "duts"}


def test_in_a_room_there_is_one_climate_and_no_chamber() -> None:
    found = made({**ONE, "place": "room", "at_celsius": 23, "at_percent": 55})
    assert [[point.nominal for point in test.points] for test in found.values()] == [[23.0], [55.0]]
    assert found["humidity"].hookup.wires == ()
    roles = {f.name for f in dataclasses.fields(found["humidity"].roles)}
    assert roles == {"reference", "duts"}


def test_what_is_made_meanwhile() -> None:
    run, _ = planned(items({**ONE, "at_celsius": 23.0, "at_percent": 45.0}))
    assert run.place is Place.CHAMBER
    assert run.climate(Quantity.TEMPERATURE, 35.0) == (35.0, 45.0)
    assert run.climate(Quantity.HUMIDITY, 75.0) == (23.0, 75.0)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        pytest.param([{"limit_celsius": 1.0}], "limit_percent", id="no limit"),
        pytest.param([{**ONE, "limit_celsuis": 1.0}], "limit_celsuis", id="unknown"),
        pytest.param([{**ONE, "humidities": "30, 120"}], "less than or equal to 100", id="120 %"),
        pytest.param([{**ONE, "temperatures": "warm"}], "valid number", id="no number"),
        pytest.param([{**ONE, "temperatures": "none", "humidities": "none"}], "both none", id="no"),
        pytest.param([{**ONE, "temperatures": "15, 25, 15.0"}], "there twice", id="twice"),
        pytest.param([{**ONE, "place": "room"}], "at_celsius and at_percent", id="which room"),
        pytest.param([{**ONE, "limit_celsius": 273}], "less than or equal to 10", id="limit"),
        pytest.param([{**ONE, "resolution_percent": 0}], "greater than 0", id="no digit"),
        pytest.param([{**ONE, "stable_within_kelvin": 50}], "less than or equal", id="never still"),
        pytest.param([ONE, {**ONE, "soak_minutes": 5}], "dut-2", id="run details twice"),
    ],
)
def test_wrong_details_are_refused(details: list[Mapping[str, Any]], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        made(*details)


def test_the_resolution_of_a_strange_model_is_asked_for() -> None:
    with pytest.raises(BadInput, match="resolution_celsius"):
        thermo_hygrometer.tests({"dut": p.Item("other", ONE)})


# -- the budget ---------------------------------------------------------------------------------

STANDARD = StandardValue(50.7, 0.45, "certificate", 0.6, "drift", dof=60.0, slope=1.0)


def test_an_error_by_hand() -> None:
    reference = (50.0, 50.2, 50.0, 50.2)  # mean 50.1, beside the item 50.1 each time
    budget = error_by_comparison(
        "%", (52.0, 53.0, 52.0), reference, STANDARD, Air(1.5, "chamber"),
        step=1.0, reference_step=0.1,
    )  # fmt: skip
    result = budget.evaluate()
    # 52.333 less 50.1, less the correction of 0.6.
    assert result.value == pytest.approx(52.3333 - 50.1 - 0.6, abs=1e-3)
    shares = {each.name: each.contribution for each in result.contributions}
    assert shares == pytest.approx({
        "difference": 1.0 / 3.0,
        "resolution": 0.5 / 3**0.5,
        "correction": 0.45,
        "drift": 0.6 / 3**0.5,
        "reference_resolution": 0.05 / 3**0.5,
        "uniformity": 1.5 / 3**0.5,
        "stability": 0.1 / 3**0.5,
    })  # fmt: skip
    u = sum(each**2 for each in shares.values()) ** 0.5
    assert result.standard_uncertainty == pytest.approx(u)


def test_monte_carlo_agrees() -> None:
    item, reference = (52.0, 52.1, 52.0, 51.9, 52.0, 52.1), (50.0, 50.1) * 3 + (50.0,)
    budget = error_by_comparison(
        "%", item, reference, STANDARD, Air(1.5, "chamber"), step=1.0, reference_step=0.1
    )
    result, drawn = budget.evaluate(), simulate(budget, seed=1, coverage=0.9545)
    assert drawn.value == pytest.approx(result.value, abs=0.01)
    assert drawn.standard_uncertainty == pytest.approx(result.standard_uncertainty, rel=0.01)
    # Flat terms end sooner than a normal distribution of the same u.
    half = (drawn.high - drawn.low) / 2.0
    assert 0.9 * result.expanded_uncertainty < half < result.expanded_uncertainty


def test_a_slope_multiplies_the_step_of_the_reference() -> None:
    steep = dataclasses.replace(STANDARD, slope=-2.0)
    budget = error_by_comparison(
        "%", (52.0, 52.0), (50.0,) * 3, steep, Air(0.0, "chamber"), step=0.1, reference_step=0.1
    )
    shares = {each.name: each.contribution for each in budget.evaluate().contributions}
    assert shares["reference_resolution"] == pytest.approx(0.1 / 3**0.5)


# -- suspicion ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reference", "item", "expected"),
    [
        pytest.param("temperature/25 °C", 25.0, (25.4, 25.4), "", id="right"),
        pytest.param("temperature/25 °C", 25.0, (27.9, 27.9), "", id="a bad one"),
        pytest.param("temperature/25 °C", 25.1, (77.0, 77.0), FAHRENHEIT, id="Fahrenheit"),
        pytest.param("temperature/25 °C", 25.0, (51.0, 51.0), OTHER_NUMBER, id="humidity read"),
        pytest.param("temperature/25 °C", 25.0, (20.0, 20.0), FAR, id="in another air"),
        pytest.param("temperature/25 °C", 25.0, (24.0, 25.5), FOLLOWS, id="still drifting"),
        pytest.param("humidity/75 %", 75.0, (72.0, 73.0), "", id="right"),
        pytest.param("humidity/75 %", 75.0, (25.0, 25.0), OTHER_NUMBER, id="temperature read"),
        pytest.param("humidity/75 %", 75.0, (45.0, 45.0), FAR, id="cap on"),
    ],
)
def test_usual_mistakes(
    name: str, reference: float, item: tuple[float, ...], expected: str
) -> None:
    assert suspected(name, (reference,) * (len(item) + 1), item) == expected


def suspected(name: str, reference: tuple[float, ...], item: tuple[float, ...]) -> str:
    test = made(ONE)[name.split("/")[0]]
    (point,) = (each for each in test.observations if each.id == f"{name}/readings")
    taken = [Taken("reference", Reading(value, "")) for value in reference]
    taken += [Taken("dut", Reading(value, "")) for value in item]
    evidence = Evidence(date(2026, 11, 2), Room(23.0, 50.0), {}, {point.id: tuple(taken)})
    assert test.suspicion is not None
    return test.suspicion(point, evidence)


def test_a_reference_that_still_drifts() -> None:
    assert suspected("humidity/75 %", (70.0, 72.0, 74.0), (73.0, 73.0)) == UNSETTLED
    assert suspected("humidity/75 %", (), ()) == ""


# -- whole runs ---------------------------------------------------------------------------------

FEW = {**ONE, "temperatures": "15, 35", "humidities": "75", "readings": 3}


def script(**mistakes: Mistake) -> ScriptedOperator:
    return ScriptedOperator("tester", ROOM, mistakes={int(n[1:]): m for n, m in mistakes.items()})


def laboratory(folder: Path, details: Mapping[str, Any] = FEW, **world: Any) -> FolderLaboratory:
    return laboratory_on(BENCH, folder, PROCEDURE, dut={"details": dict(details)}, **world)


def test_two_good_items_pass(tmp_path: Path) -> None:
    made = laboratory(tmp_path, errors={"dut": EXACT, "dut-2": EXACT})
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    found = measured(state)
    assert set(found) == {
        f"{what}{whose}" for whose in ("", "/dut-2")
        for what in ("temperature/15 °C", "temperature/35 °C", "humidity/75 %")
    }  # fmt: skip
    assert {each.verdict for each in found.values()} == {"pass"}
    readings = state.observed[Phase.AS_FOUND, "humidity/75 %/readings"].readings
    assert [r.of for r in readings] == ["reference", *["dut", "dut-2", "reference"] * 3]
    assert readings[1].raw == "75 %"
    assert found["temperature/15 °C"].reference == pytest.approx(15.0, abs=0.6)
    # Three climates, each with its way there, ten looks at rest and twenty minutes.
    assert state.first_at is not None
    assert state.last_at is not None
    assert (state.last_at - state.first_at).total_seconds() > 3 * (270.0 + 1200.0)
    with open_store(made.url) as store:
        assert audit(store).faults == ()


def test_a_chamber_that_goes_beyond_its_set_point_at_the_end_of_the_certificate(
    tmp_path: Path,
) -> None:
    """The certificate ends at 40 °C; the reference then indicates 40.2 °C."""
    details = {**FEW, "temperatures": "40", "humidities": "none"}
    good = {"dut": EXACT, "dut-2": EXACT}
    state = laboratory(tmp_path, details, errors=good, seed=3).begin(operator=script())
    found = measured(state)["temperature/40 °C"]
    readings = state.observed[Phase.AS_FOUND, "temperature/40 °C/readings"].readings
    mean = fmean(r.value for r in readings if r.of == "reference")
    assert mean > 40.0
    assert found.reference == pytest.approx(mean - 0.008)  # the correction at 40 °C
    assert abs(found.error) < found.expanded_uncertainty


def test_far_beyond_the_certificate_there_is_no_reference_value() -> None:
    test = made({**ONE, "temperatures": "40"})["temperature"]
    point = test.points[0]
    taken = [Taken("reference", Reading(40.7, ""))] * 4 + [Taken("dut", Reading(40.7, ""))] * 3
    certified = {"reference": UpToForty()}
    evidence = Evidence(
        date(2026, 11, 2), Room(23.0, 50.0), certified, {point.rests_on[0]: tuple(taken)}
    )
    with pytest.raises(OutOfCertificate):
        test.evaluate(point, evidence)


@dataclasses.dataclass(frozen=True)
class UpToForty:
    """A reference that is certified up to 40 °C."""

    def at(self, *_: object, **__: object) -> StandardValue:
        raise AssertionError("a thermometer is read")

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        if indication > 40.0:
            raise OutOfCertificate(f"{indication} °C")
        return StandardValue(indication, 0.06, "certificate", 0.1, "drift")


def test_one_bad_item_fails_and_the_other_passes(tmp_path: Path) -> None:
    off = {"gain_ppm": 0.0, "offset_ppm_of_range": 80_000.0}
    errors = {"dut": {**EXACT, "humidity": off}, "dut-2": EXACT}
    state = laboratory(tmp_path, errors=errors).begin(operator=script())
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "fail", (Phase.AS_FOUND, "dut-2"): "pass"}
    found = measured(state)
    assert found["humidity/75 %"].error == pytest.approx(8.0, abs=2.0)
    assert found["temperature/15 °C"].verdict == "pass"


def test_in_the_air_of_a_room(tmp_path: Path) -> None:
    made = laboratory(tmp_path, {**ONE, "place": "room", "at_celsius": 23.4, "at_percent": 55})
    instruments = {r: i for r, i in made.file.instruments.items() if r != "chamber"}
    made.file = made.file.model_copy(update={"instruments": instruments})
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    found = measured(state)
    assert found["temperature/23.4 °C"].reference == pytest.approx(23.4, abs=0.3)
    assert found["humidity/55 %/dut-2"].reference == pytest.approx(55.0, abs=1.5)


def test_a_mistake_in_an_entry_is_found_and_corrected(tmp_path: Path) -> None:
    made = laboratory(tmp_path, errors={"dut": EXACT, "dut-2": EXACT})
    state = made.begin(operator=script(n2=Mistake.SLIPPED_POINT, n5=Mistake.CORRECTED))
    rows = [row.entry for row in made.rows()]
    assert sum(isinstance(row, e.Prompted) and bool(row.doubted) for row in rows) >= 1
    (corrected,) = [row for row in rows if isinstance(row, e.Corrected)]
    assert corrected.point == "temperature/35 °C/readings"
    for place in ("15", "35"):
        assert abs(measured(state)[f"temperature/{place} °C"].error) < 0.6


def test_degrees_fahrenheit_are_asked_about(tmp_path: Path) -> None:
    made = laboratory(tmp_path, errors={"dut": EXACT, "dut-2": EXACT})
    asked: list[e.Prompted] = []

    class American(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            if prompt.wants is e.PromptKind.READ and prompt.unit == "°C" and not asked:
                assert self._answer is not None
                self._answer = f"{float(prompt.doubted or self._answer) * 1.0:.1f}"
                if not prompt.doubted:
                    self._answer = f"{float(self._answer) * 1.8 + 32.0:.1f}"
            if prompt.doubts and prompt.wants is e.PromptKind.YES_NO:
                asked.append(prompt)
                self._answer = "no"

    state = made.begin(operator=American("tester", ROOM))
    assert [prompt.doubts for prompt in asked] == [(FAHRENHEIT,)]
    assert abs(measured(state)["temperature/15 °C"].error) < 0.6


class Killed(Exception):
    """The power went."""


@pytest.mark.parametrize("after", [1, 2])
def test_killed_in_the_middle_and_resumed(tmp_path: Path, after: int) -> None:
    made = laboratory(tmp_path, errors={"dut": EXACT, "dut-2": EXACT})

    def kill(row: Row, state: RunState) -> None:
        if len(state.observed) == after:
            raise Killed

    with pytest.raises(Killed):
        made.begin(watch=kill, operator=script())
    state = made.resume(operator=script())
    assert state.status is Status.FINISHED
    assert len(state.observed) == 3
    assert {each.verdict for each in measured(state).values()} == {"pass"}


# -- the proof ----------------------------------------------------------------------------------


def test_the_honest_procedure_is_compatible() -> None:
    study = study_of(PROCEDURE, 6, BENCH)
    assert study.complete
    assert study.proved
    assert {group.test for group in study.groups} == {"", "temperature", "humidity"}


def hasty(test: p.Test[Any]) -> p.Test[Any]:
    """Do not wait for the air, nor for the items."""

    class Impatient:
        def __init__(self, attendant: p.Attendant) -> None:
            self.clock, self.patient = attendant.clock, attendant

        def wait(self, why: str, seconds: float) -> None:
            self.patient.wait(why, min(seconds, 30.0))

        def wait_until(
            self,
            why: str,
            done: Any,
            *,
            at_most: float,
            every: float = 5.0,
            approach: object = None,
        ) -> None:
            done()

    def measure(point: p.Point, roles: Any, attendant: p.Attendant) -> Iterator[Taken]:
        yield from test.measure(point, roles, Impatient(attendant))

    return dataclasses.replace(test, measure=measure, suspicion=None)


@pytest.mark.parametrize(
    ("spoil", "is_proved"),
    [
        pytest.param(honest, True, id="honest"),
        pytest.param(hasty, False, id="too short settling"),
        pytest.param(with_standard(wrong_sign), False, id="wrong sign of the correction"),
    ],
)
def test_a_spoilt_procedure_is_caught(tmp_path: Path, spoil: Any, is_proved: bool) -> None:
    with as_file(BENCH) as place:
        shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "bench.toml").open("a", encoding="utf-8") as file:
        file.write("""
[simulation.errors.reference.humidity]
gain_ppm = 0.0
offset_ppm_of_range = 25000.0
""")
    climates = ("temperature/15 °C", "temperature/35 °C", "humidity/30 %", "humidity/75 %")
    points = [f"{climate}{whose}" for climate in climates for whose in ("", "/dut-2")]
    study = study_of(with_points(PROCEDURE, points, spoil), 12, tmp_path)
    assert study.complete
    assert study.proved == is_proved
    if not is_proved:
        assert "humidity" in {each.test for each in (*study.too_low, *study.too_wide)}


def uncertified(indication: float, value: StandardValue) -> StandardValue:
    """The certificate's uncertainty and the drift since, both forgotten."""
    return without_u(indication, without_drift(indication, value))


@pytest.mark.parametrize(
    ("spoil", "is_proved"),
    [
        pytest.param(honest, True, id="honest"),
        pytest.param(with_standard(uncertified), False, id="the reference is taken as true"),
    ],
)
def test_in_uniform_air_the_reference_decides(tmp_path: Path, spoil: Any, is_proved: bool) -> None:
    """On the committed bench the differences of place do, and hide what is forgotten."""
    with as_file(BENCH) as place:
        shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "bench.toml").read_text("utf-8")
    for usual, better in (
        ("uniformity_kelvin = 0.4 ", "uniformity_kelvin = 0.05 "),
        ("uniformity_percent = 1.6\n", "uniformity_percent = 0.2\n"),
        ("resolution_percent = 1.0 ", "resolution_percent = 0.1 "),
    ):
        assert usual in text
        text = text.replace(usual, better)
    text += """
[simulation.constants.chamber]
uniformity_kelvin = 0.05
uniformity_percent = 0.2
"""
    (tmp_path / "bench.toml").write_text(text, "utf-8")
    climates = ("temperature/15 °C", "temperature/35 °C", "humidity/30 %", "humidity/75 %")
    points = [f"{climate}{whose}" for climate in climates for whose in ("", "/dut-2")]
    study = study_of(with_points(PROCEDURE, points, spoil), 25, tmp_path)
    assert study.complete
    assert study.proved == is_proved
