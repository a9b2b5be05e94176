"""Whole runs of `thermometer` on its simulated benches, and its proof at a few points."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from procedures.temperature.thermometer import PROCEDURE
from station import procedure as p
from station.bench_file import FaultEntry, InstrumentEntry, parse_standard
from station.errors import OutOfReach
from station.evidence import StandardValue, Taken
from station.procedure import find_procedure
from station.records.audit import audit
from station.records.store import open_store
from station.run import entries as e
from station.run.journal import Row
from station.run.mistakes import Mistake
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.state import RunState, Status
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on, measured, verdicts
from tests.procedures.proving import (
    Spoil,
    honest,
    study_of,
    with_points,
    with_standard,
    without_drift,
    wrong_sign,
)

BENCHES = files("procedures") / "temperature" / "benches"
DISPLAYS, PT100S = BENCHES / "thermometer", BENCHES / "thermometer-pt100"
ROOM = {"°C": 22.4, "%": 51.0}
GOOD = {"temperature": {"gain_ppm": 0.0, "offset_ppm_of_range": 1000.0}}  # 0.2 K
BAD = {"temperature": {"gain_ppm": 0.0, "offset_ppm_of_range": 4500.0}}  # 0.9 K of 0.5 K
FEW = "0, 80"
CERTIFICATE = (DISPLAYS / "reference-certificate.toml").read_text("utf-8")


def script(**mistakes: Mistake) -> ScriptedOperator:
    return ScriptedOperator("tester", ROOM, mistakes={int(n[1:]): m for n, m in mistakes.items()})


def laboratory(folder: Path, *, alone: bool = True, **simulation: Any) -> FolderLaboratory:
    """Two temperatures; the first thermometer alone, or both."""
    made = laboratory_on(DISPLAYS, folder, PROCEDURE)
    details = {**made.file.instruments["dut"].details, "points": FEW, "soak_minutes": 5}
    made = laboratory_on(DISPLAYS, folder, PROCEDURE, dut={"details": details}, **simulation)
    return without(made, "dut-2") if alone else made


def without(made: FolderLaboratory, role: str) -> FolderLaboratory:
    """Take an instrument, and what the simulation says of it, off the bench."""
    instruments = {name: it for name, it in made.file.instruments.items() if name != role}
    world = made.file.simulation
    constants = {name: it for name, it in world.constants.items() if name != role}
    world = world.model_copy(update={"constants": constants})
    made.file = made.file.model_copy(update={"instruments": instruments, "simulation": world})
    made.standards.pop(role, None)
    return made


def test_it_is_found_by_its_name() -> None:
    assert find_procedure("thermometer") is PROCEDURE


def test_two_good_thermometers_pass(tmp_path: Path) -> None:
    made = laboratory(tmp_path, alone=False)
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    assert set(state.verdicts.values()) == {"pass"}
    assert list(measured(state)) == [
        "temperature/0 °C",
        "temperature/80 °C",
        "temperature/0 °C/dut-2",
        "temperature/80 °C/dut-2",
    ]
    seen = state.observed[Phase.AS_FOUND, "temperature/80 °C/readings"].readings
    assert [r.of for r in seen] == ["reference", *["dut", "dut-2", "reference"] * 6]
    assert seen[1].raw.endswith(" °C")
    # Three visits, each with its way, five minutes' soak and a minute and a half of readings.
    assert state.first_at is not None
    assert state.last_at is not None
    assert (state.last_at - state.first_at).total_seconds() > 3 * 900.0
    concluded = state.conclusions[Phase.AS_FOUND, "temperature", "dut-2"].conclusions
    assert [c.name for c in concluded] == ["hysteresis"]
    with open_store(made.url) as store:
        assert audit(store).faults == ()


def test_the_errors_found_are_the_true_ones(tmp_path: Path) -> None:
    state = laboratory(tmp_path, errors={"dut": GOOD}).begin(operator=script())
    for found in measured(state).values():
        assert abs(found.error - 0.2) < found.expanded_uncertainty < 0.12


def test_a_bad_thermometer_fails_and_the_other_passes(tmp_path: Path) -> None:
    made = laboratory(tmp_path, alone=False, errors={"dut": BAD})
    state = made.begin(operator=script())
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "fail", (Phase.AS_FOUND, "dut-2"): "pass"}
    assert measured(state)["temperature/80 °C"].error == pytest.approx(0.9, abs=0.1)


def test_one_that_breaks_is_left_out_and_the_other_goes_on(tmp_path: Path) -> None:
    made = laboratory(tmp_path, alone=False)
    world = made.file.simulation
    struck = (FaultEntry(instrument="dut-2", fault="silence", at_exchange=14),)
    made.file = made.file.model_copy(
        update={"simulation": world.model_copy(update={"faults": struck})}
    )
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    assert state.taking_part == ("dut",)
    assert set(verdicts(state)) >= {"temperature/0 °C", "temperature/80 °C"}


@pytest.mark.parametrize(
    "mistake", [Mistake.TRANSPOSED, Mistake.SLIPPED_POINT, Mistake.ROUNDED, Mistake.CORRECTED]
)
def test_a_mistake_in_an_entry_is_found_and_corrected(tmp_path: Path, mistake: Mistake) -> None:
    made = laboratory(tmp_path, errors={"dut": GOOD})
    state = made.begin(operator=script(n8=mistake))  # the second reading at 80 °C
    rows = [row.entry for row in made.rows()]
    doubted = [row for row in rows if isinstance(row, e.Prompted) and row.doubted]
    corrected = [row for row in rows if isinstance(row, e.Corrected)]
    assert (len(doubted), len(corrected)) == ((0, 1) if mistake is Mistake.CORRECTED else (1, 0))
    assert measured(state)["temperature/80 °C"].error == pytest.approx(0.2, abs=0.1)


class Killed(Exception):
    """The power went."""


@pytest.mark.parametrize("after", [1, 2, 3])
def test_killed_in_the_middle_and_resumed(tmp_path: Path, after: int) -> None:
    made = laboratory(tmp_path, errors={"dut": GOOD})

    def kill(row: Row, state: RunState) -> None:
        if len(state.observed) == after:
            raise Killed

    with pytest.raises(Killed):
        made.begin(watch=kill, operator=script())
    state = made.resume(operator=script())
    assert state.status is Status.FINISHED
    assert len(state.observed) == 3
    for found in measured(state).values():
        assert found.error == pytest.approx(0.2, abs=0.1)


def test_a_probe_left_on_the_bench_is_asked_about(tmp_path: Path) -> None:
    made = laboratory(tmp_path)
    asked: list[e.Prompted] = []

    class Forgetful(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            if prompt.wants is e.PromptKind.READ and not asked and not prompt.doubted:
                self._answer = "22.5"
                self._seen[-1:] = ["22.5"]
            if prompt.doubts and prompt.wants is e.PromptKind.YES_NO:
                asked.append(prompt)
                self._answer = "no"

    state = made.begin(operator=Forgetful("tester", ROOM))
    assert len(asked) == 1
    assert "An item is far from the reference" in asked[0].doubts[0]
    assert set(state.verdicts.values()) == {"pass"}


def test_a_certificate_that_ends_at_the_point_is_refused_before_power(tmp_path: Path) -> None:
    made = laboratory(tmp_path)
    entry = made.file.instruments["dut"]
    details = {**entry.details, "points": "0, 150"}
    instruments = {**made.file.instruments, "dut": entry.model_copy(update={"details": details})}
    made.file = made.file.model_copy(update={"instruments": instruments})
    with pytest.raises(OutOfReach, match=r"150\.5"):
        made.begin(operator=script())


# -- resistance thermometers -------------------------------------------------------------


def test_a_pt100_has_its_class_judged_and_its_coefficients_fitted(tmp_path: Path) -> None:
    true = {"R0": 100.06, "A": 3.912e-3, "B": -5.79e-7, "C": -4.183e-12}
    made = laboratory_on(PT100S, tmp_path, PROCEDURE)
    world = made.file.simulation
    world = world.model_copy(update={"constants": {**world.constants, "dut": true}})
    made.file = made.file.model_copy(update={"simulation": world})
    state = without(made, "dut-2").begin(operator=script())
    assert set(verdicts(state).values()) == {"pass"}
    # 60 mΩ at 0 °C are 0.154 K; the class leaves 0.3 K.
    assert measured(state)["temperature/0 °C"].error == pytest.approx(0.154, abs=0.05)
    assert measured(state)["temperature/0 °C"].upper == 0.3
    found = {c.name: c for c in state.conclusions[Phase.AS_FOUND, "temperature", "dut"].conclusions}
    for name in ("R0", "A", "B"):
        assert found[name].expanded_uncertainty is not None
        assert abs(found[name].value - true[name]) < found[name].expanded_uncertainty, name
    assert found["C"].source == "IEC 60751:2022, not fitted"


EQUATION = """
[certificate]
number = "SIM-7"
issuer = "Simulated national laboratory"
date = 2026-08-20
due = 2027-08-19
standard = "1502A with Pt100"
serial = "6A1202"
traceability = "Simulated"

[[equation]]
quantity = "temperature"
gives = "indication"
unit = "Ω"
argument_unit = "°C"
low = -100.0
high = 200.0
function = "callendar-van-dusen"
fit_uncertainty = 0.005
coefficients = [
  { name = "R0", value = 100.02, u = 0.001 },
  { name = "A", value = 3.9083e-3, u = 1e-7 },
  { name = "B", value = -5.775e-7, u = 2e-10 },
  { name = "C", value = -4.183e-12, u = 0.0 },
]
stability = [{ days = 365, floor = 0.02 }]
"""


def test_a_reference_in_ohms_with_an_equation(tmp_path: Path) -> None:
    made = laboratory(tmp_path, errors={"dut": GOOD})
    entry = made.file.instruments["dut"]
    details = {
        **entry.details, "reference": "resistance", "reference_resolution": 0.0001,
        "reference_readout_ppm": 20.0,
    }  # fmt: skip
    instruments = {**made.file.instruments, "dut": entry.model_copy(update={"details": details})}
    made.file = made.file.model_copy(update={"instruments": instruments})
    standard = parse_standard("reference", EQUATION.encode(), name="certificate")
    made.standards = {"reference": (standard, EQUATION.encode())}
    state = made.begin(operator=script())
    for found in measured(state).values():
        assert found.error == pytest.approx(0.2, abs=0.08)
        readout = next(line for line in found.budget if line.name == "readout")
        assert 0.0029 < readout.contribution < 0.0041  # 20 ppm of 100 Ω, 131 Ω: 5 mK to 7 mK
    seen = state.observed[Phase.AS_FOUND, "temperature/80 °C/readings"].readings
    assert seen[0].value == pytest.approx(131.0, abs=0.5)


def test_a_reference_read_by_a_person(tmp_path: Path) -> None:
    made = laboratory(tmp_path, errors={"dut": GOOD})
    true = {"temperature": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}}
    instruments = dict(made.file.instruments)
    instruments["reference"] = InstrumentEntry(
        model="thermometer", address="person", serial="6A1202", settings={"resolution": 0.01}
    )
    instruments["dut"] = instruments["dut"].model_copy(
        update={"details": {**instruments["dut"].details, "reference_resolution": 0.01}}
    )
    fine = {"resolution": 0.01, "limit": 0.05}
    world = made.file.simulation
    world = world.model_copy(
        update={
            "constants": {**world.constants, "reference": fine},
            "errors": {"dut": GOOD, "reference": true},
        }
    )
    made.file = made.file.model_copy(update={"instruments": instruments, "simulation": world})
    exact = re.sub("deviation = -[0-9.]+", "deviation = 0.0", CERTIFICATE)
    standard = parse_standard("reference", exact.encode(), name="certificate")
    made.standards = {"reference": (standard, exact.encode())}
    state = made.begin(operator=script())
    for found in measured(state).values():
        assert abs(found.error - 0.2) < found.expanded_uncertainty
    asked = [row.entry for row in made.rows() if isinstance(row.entry, e.Prompted)]
    read = [prompt for prompt in asked if prompt.instrument == "reference"]
    # Three visits, each with at least six readings until it rests and seven that count.
    assert len(read) >= 3 * 13
    assert not any(prompt.doubted for prompt in read)


def test_twelve_thermometers_in_a_bath(tmp_path: Path) -> None:
    made = laboratory(tmp_path)
    instruments = dict(made.file.instruments)
    details = instruments["dut"].details
    bath = InstrumentEntry(model="hart-7341", serial=None, address="ASRL4::INSTR")
    each = {"resolution": 0.1, "limit": 0.5}
    others = {
        f"dut-{n}": InstrumentEntry(model="thermometer", address="person", details=each)
        for n in range(2, 13)
    }
    point = InstrumentEntry(**{**dict(instruments["dut"]), "details": {**details, "points": "40"}})
    named = {**instruments, "source": bath, "dut": point, **others}
    made.file = made.file.model_copy(update={"instruments": named})
    state = made.begin(operator=script())
    assert len(state.verdicts) == 12
    assert len(measured(state)) == 12


# -- proof -------------------------------------------------------------------------------

POINTS = ("temperature/60 °C", "temperature/60 °C/dut-2")


def test_a_few_points_are_proved() -> None:
    study = study_of(with_points(PROCEDURE, POINTS), 12, PT100S)
    assert study.proved
    assert study.groups[0].covered.successes >= 23


class Hasty:
    """An attendant who waits for nothing but the next reading."""

    def __init__(self, attendant: p.Attendant) -> None:
        self.clock, self._attendant = attendant.clock, attendant

    def wait(self, why: str, seconds: float) -> None:
        if seconds < 60.0:
            self._attendant.wait(why, seconds)

    def wait_until(
        self,
        why: str,
        done: Callable[[], bool],
        *,
        at_most: float,
        every: float = 5.0,
        approach: object = None,
    ) -> None:
        done()


def too_short_settling(test: p.Test[Any]) -> p.Test[Any]:
    def measure(point: p.Point, roles: Any, attendant: p.Attendant) -> Iterator[Taken]:
        return test.measure(point, roles, Hasty(attendant))

    return dataclasses.replace(test, measure=measure)


def forgotten_correction(indication: float, value: StandardValue) -> StandardValue:
    return dataclasses.replace(value, actual=indication)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(with_standard(without_drift), id="a forgotten component"),
        pytest.param(with_standard(wrong_sign), id="the correction's sign"),
        pytest.param(with_standard(forgotten_correction), id="no correction"),
        pytest.param(too_short_settling, id="too short settling"),
    ],
)
def test_a_spoilt_procedure_is_not_proved(spoil: Spoil) -> None:
    study = study_of(with_points(PROCEDURE, POINTS, spoil), 30, PT100S)
    assert not study.proved


def test_the_same_study_unspoilt_is_proved() -> None:
    assert study_of(with_points(PROCEDURE, POINTS, honest), 30, PT100S).proved
