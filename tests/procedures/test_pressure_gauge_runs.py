"""Whole runs of `pressure-gauge` on its simulated bench: a dial and a display, read by a person."""

import dataclasses
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from procedures.pressure.gauge import PROCEDURE
from station import procedure as p
from station.bench_file import InstrumentEntry
from station.errors import OutOfReach
from station.metrology.conformity import Verdict
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
    honest,
    study_of,
    with_points,
    with_standard,
    without_drift,
    without_u,
    wrong_sign,
)

BENCH = files("procedures") / "pressure" / "benches" / "pressure-gauge"
ROOM = {"°C": 20.4, "%": 52.0, "hPa": 1008.5}
COARSE = {"full_scale": 6.0, "class": 1.0, "points": 5, "sequence": "C"}
"""Ten pressures; the display is given the same."""


def script(**mistakes: Mistake) -> ScriptedOperator:
    return ScriptedOperator("tester", ROOM, mistakes={int(n[1:]): m for n, m in mistakes.items()})


def laboratory(
    folder: Path,
    *,
    details: Mapping[str, Any] = COARSE,
    other: Mapping[str, Any] | None = None,
    **simulation: Any,
) -> FolderLaboratory:
    """Both gauges in as few pressures as can be; `other` None: the dial alone."""
    made = laboratory_on(BENCH, folder, PROCEDURE, dut={"details": dict(details)}, **simulation)
    instruments = dict(made.file.instruments)
    second = instruments.pop("dut-2")
    constants = {"dut": made.file.simulation.constants["dut"]}
    if other is not None:
        instruments["dut-2"] = second.model_copy(update={"details": {**second.details, **other}})
        constants = dict(made.file.simulation.constants)
    world = made.file.simulation.model_copy(update={"constants": constants})
    made.file = made.file.model_copy(update={"instruments": instruments, "simulation": world})
    return made


BOTH: Mapping[str, Any] = {"points": 5, "sequence": "C"}


def test_two_good_gauges_pass(tmp_path: Path) -> None:
    made = laboratory(tmp_path, other=BOTH)
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    assert set(state.verdicts.values()) == {"pass"}
    found = measured(state)
    assert len(state.observed) == 10
    assert len(found) == 2 * (3 + 5)
    assert {point.split("/")[0] for point in found} == {"pressure-hysteresis", "gauge-pressure"}
    top = state.observed[Phase.AS_FOUND, "M1 up/6 bar"]
    assert [r.of for r in top.readings] == ["controller/before", "dut", "dut-2", "controller/after"]
    assert top.readings[1].raw.endswith(" bar")
    assert top.readings[2].raw.endswith(" kPa")
    # A preload, its return, ten rests and five minutes at the top.
    assert state.first_at is not None
    assert state.last_at is not None
    assert (state.last_at - state.first_at).total_seconds() > 11 * 30.0 + 300.0
    drawn = {c.name for c in state.conclusions[Phase.AS_FOUND, "gauge-pressure", "dut"].conclusions}
    assert drawn == {"zero-deviation", "hysteresis", "error-and-uncertainty"}
    with open_store(made.url) as store:
        assert audit(store).faults == ()


def test_one_bad_gauge_fails_and_the_other_passes(tmp_path: Path) -> None:
    errors = {"dut-2": {"gauge-pressure": {"gain_ppm": 12_000.0, "offset_ppm_of_range": 0.0}}}
    state = laboratory(tmp_path, other=BOTH, errors=errors).begin(operator=script())
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass", (Phase.AS_FOUND, "dut-2"): "fail"}
    found = verdicts(state)
    # 1.2 % of the pressure, and 0.5 % of the span are allowed.
    bad = [place for place in ("0", "1.5", "3", "4.5", "6")
           if found[f"gauge-pressure/dut-2/{place} bar"] == "fail"]  # fmt: skip
    assert bad == ["3", "4.5", "6"]
    assert measured(state)["gauge-pressure/dut-2/6 bar"].error == pytest.approx(7200.0, abs=150.0)


def test_a_gauge_with_too_much_hysteresis_fails_by_it(tmp_path: Path) -> None:
    errors = {"dut": {"pressure-hysteresis": {"offset_ppm_of_range": 16_000.0}}}
    state = laboratory(tmp_path, errors=errors).begin(operator=script())
    found = measured(state)["pressure-hysteresis/dut/3 bar"]
    assert found.error == pytest.approx(9600.0, abs=2500.0)
    assert found.verdict == Verdict.FAIL.value
    assert found.upper == 6000.0


@pytest.mark.parametrize(
    "mistake", [Mistake.TRANSPOSED, Mistake.SLIPPED_POINT, Mistake.ROUNDED, Mistake.CORRECTED]
)
def test_a_mistake_in_an_entry_is_found_and_corrected(tmp_path: Path, mistake: Mistake) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.mkdir()
    wrong.mkdir()
    expected = laboratory(right).begin(operator=script())
    made = laboratory(wrong)
    state = made.begin(operator=script(n3=mistake))
    rows = [row.entry for row in made.rows()]
    doubted = [row for row in rows if isinstance(row, e.Prompted) and row.doubted]
    corrected = [row for row in rows if isinstance(row, e.Corrected)]
    assert (len(doubted), len(corrected)) == ((0, 1) if mistake is Mistake.CORRECTED else (1, 0))
    assert measured(state).keys() == measured(expected).keys()
    for point, found in measured(state).items():
        # The controller hunts a little and the eye is not the same twice.
        assert found.error == pytest.approx(measured(expected)[point].error, abs=1100.0)


class Killed(Exception):
    """The power went."""


@pytest.mark.parametrize("after", [2, 4, 7, 9])
def test_killed_in_the_middle_and_resumed(tmp_path: Path, after: int) -> None:
    """The pressure is gone meanwhile: the series is taken up from its own side."""
    folder = {"gauge-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0},
              "pressure-hysteresis": {"offset_ppm_of_range": 12_000.0}}  # fmt: skip
    made = laboratory(tmp_path, errors={"dut": folder})

    def kill(row: Row, state: RunState) -> None:
        if len(state.observed) == after:
            raise Killed

    with pytest.raises(Killed):
        made.begin(watch=kill, operator=script())
    state = made.resume(operator=script())
    assert state.status is Status.FINISHED
    assert len(state.observed) == 10
    # 1.2 % in the middle, three quarters of it beside, whichever observation came after the break.
    for place, share in (("1.5", 0.75), ("3", 1.0), ("4.5", 0.75)):
        found = measured(state)[f"pressure-hysteresis/dut/{place} bar"]
        assert found.error == pytest.approx(7200.0 * share, abs=2500.0), place


def test_a_closed_valve_is_asked_about(tmp_path: Path) -> None:
    """The second gauge's hose hangs in the air until the person is asked to look."""
    made = laboratory(tmp_path, other=BOTH)
    asked: list[e.Prompted] = []

    class Forgetful(ScriptedOperator):
        def ask(self, prompt: e.Prompted) -> None:
            super().ask(prompt)
            if prompt.instrument == "dut-2" and prompt.wants is e.PromptKind.READ and not asked:
                self._answer = "0.0" if (prompt.expected or 0.0) > 400.0 else self._answer
            if prompt.doubts and prompt.wants is e.PromptKind.YES_NO:
                asked.append(prompt)
                self._answer = "no"

    state = made.begin(operator=Forgetful("tester", ROOM))
    assert len(asked) == 1
    assert "is its valve closed" in asked[0].doubts[0]
    assert state.status is Status.FINISHED
    assert set(state.verdicts.values()) == {"pass"}


def test_a_pressure_beyond_the_certificate_is_refused_before_power(tmp_path: Path) -> None:
    made = laboratory(tmp_path, details={**COARSE, "full_scale": 10.0})
    with pytest.raises(OutOfReach, match="outside the certified ranges"):
        made.begin(operator=script())


def test_sequence_a_has_the_gauges_screwed_on_again(tmp_path: Path) -> None:
    made = laboratory(tmp_path, details={**COARSE, "sequence": "A"})
    state = made.begin(operator=script())
    connects = [
        row.entry for row in made.rows() if isinstance(row.entry, e.Prompted) and row.entry.wires
    ]
    assert [prompt.leads.startswith("take every gauge off") for prompt in connects] == [False, True]
    assert len(state.observed) == 6 * 5
    drawn = {c.name for c in state.conclusions[Phase.AS_FOUND, "gauge-pressure", "dut"].conclusions}
    assert {"repeatability", "reproducibility"} < drawn


class Strict(ScriptedOperator):
    """Says no to one inspection of one item."""

    no: tuple[str, str] = ("", "")

    def ask(self, prompt: e.Prompted) -> None:
        super().ask(prompt)
        instrument, text = self.no
        asked = prompt.wants is e.PromptKind.YES_NO and text and text in prompt.text
        if asked and instrument in (prompt.instrument, prompt.about):
            self._answer = "no"


LEGAL = {**COARSE, "mode": "periodic"}
DIAL = {"full_scale": 600.0, "class": 1.0, "points": 5, "mode": "periodic", "kind": "dial"}


def verified(folder: Path, **errors: Any) -> FolderLaboratory:
    """Two dials; the second shows kPa."""
    made = laboratory(folder, details=LEGAL, other={}, errors=errors)
    instruments = dict(made.file.instruments)
    instruments["dut-2"] = instruments["dut-2"].model_copy(update={"details": DIAL})
    made.file = made.file.model_copy(update={"instruments": instruments})
    return made


def test_a_verification_ends_for_the_gauge_that_fails_an_inspection(tmp_path: Path) -> None:
    operator = Strict("tester", ROOM)
    operator.no = ("dut-2", "pointer straight")
    state = verified(tmp_path).begin(operator=operator)
    assert state.begun is not None
    assert state.begun.verification.startswith("ĐLVN 08:2011")
    assert state.begun.operation == "periodic verification"
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "pass", (Phase.AS_FOUND, "dut-2"): "fail"}
    assert not any("/dut-2/" in point for point in measured(state))
    assert ("dut-2", "zero") not in state.inspected


def test_a_failed_hysteresis_ends_the_verification(tmp_path: Path) -> None:
    errors = {"dut": {"pressure-hysteresis": {"offset_ppm_of_range": 16_000.0}}}
    state = verified(tmp_path, **errors).begin(operator=script())
    found = measured(state)
    assert not any(point.startswith("gauge-pressure/dut/") for point in found)
    assert any(point.startswith("gauge-pressure/dut-2/") for point in found)
    assert state.verdicts == {(Phase.AS_FOUND, "dut"): "fail", (Phase.AS_FOUND, "dut-2"): "pass"}


@pytest.mark.parametrize(
    ("model", "address", "resolution", "constants"),
    [
        pytest.param("druck-pace1000", "TCPIP0::192.0.2.42::5025::SOCKET", 1e-5, {}, id="PACE1000"),
        pytest.param("additel-adt681", "ASRL3::INSTR", 1e-4, {"span_pascals": 6e5}, id="ADT681"),
    ],
)
def test_a_gauge_with_an_interface_is_read_by_it(
    tmp_path: Path, model: str, address: str, resolution: float, constants: Mapping[str, float]
) -> None:
    details = {
        "full_scale": 6.0,
        "resolution": resolution,
        "kind": "digital",
        "percent_of_span": 0.1,
        "sequence": "C",
    }
    entry = InstrumentEntry(model=model, address=address, serial="1", details=details)
    made = laboratory(tmp_path, errors={"dut": {"gauge-pressure": {"gain_ppm": 400.0}}})
    world = made.file.simulation.model_copy(update={"constants": {"dut": dict(constants)}})
    instruments = {**made.file.instruments, "dut": entry}
    made.file = made.file.model_copy(update={"instruments": instruments, "simulation": world})
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    assert not any(
        isinstance(row.entry, e.Prompted) and row.entry.wants is e.PromptKind.READ
        for row in made.rows()
    )
    # 240 Pa of 6 bar, and what its range is off besides.
    found = measured(state)
    gain = found["gauge-pressure/dut/6 bar"].error - found["gauge-pressure/dut/0 bar"].error
    assert gain == pytest.approx(240.0, abs=60.0)


LOOPS = files("procedures") / "pressure" / "benches" / "pressure-transmitter"


def test_a_transmitter_is_calibrated_in_its_loop(tmp_path: Path) -> None:
    errors = {"dut": {"gauge-pressure": {"gain_ppm": 2000.0, "offset_ppm_of_range": 0.0},
                      "pressure-hysteresis": {"offset_ppm_of_range": 0.0}}}  # fmt: skip
    made = laboratory_on(LOOPS, tmp_path, PROCEDURE, errors=errors)
    state = made.begin(operator=script())
    assert state.status is Status.FINISHED
    top = state.observed[Phase.AS_FOUND, "M1 up/6 bar"]
    (shown,) = (reading for reading in top.readings if reading.of == "dut")
    assert shown.raw == f"{1e3 * shown.value:.3f} mA"
    # 0.2 % too much: 1200 Pa of 6 bar, and 32 µA of 16 mA.
    assert shown.value == pytest.approx(20.032e-3, abs=5e-6)
    found = measured(state)["gauge-pressure/dut/6 bar"]
    assert found.error == pytest.approx(1200.0, abs=150.0)
    by_name = {line.name: line for line in found.budget}
    assert by_name["ammeter"].standard_uncertainty == pytest.approx(
        (20e-3 * 2e-4 + 1e-6) / 16e-3 * 6e5 / 3**0.5, rel=1e-3
    )
    (percent,) = (
        c
        for c in state.conclusions[Phase.AS_FOUND, "gauge-pressure", "dut"].conclusions
        if c.name == "error-of-span"
    )
    assert (percent.value, percent.unit) == (pytest.approx(found.error / 6000.0), "%")
    assert percent.expanded_uncertainty == pytest.approx(found.expanded_uncertainty / 6000.0)


# -- the proof ----------------------------------------------------------------------------------

TRIALS = 15


@dataclass(frozen=True)
class Sharp:
    """The bench of the proof with one display of 1 Pa, and a controller that is far off.

    Attributes:
        per_kelvin: true limit (1/K) of what the temperature does to the display.
        stated_per_kelvin: what is stated of it.
        class_: of the display, from which its hysteresis follows.
        below: by how much (m) it lies below the controller.
        stated_below: what is stated of that.
        certificate: what is changed in the controller's certificate.
    """

    per_kelvin: float = 1e-4
    stated_per_kelvin: float = 1e-4
    class_: float = 0.05
    below: float = 0.0
    stated_below: float = 0.0
    certificate: tuple[str, str] = ("", "")

    def in_folder(self, folder: Path) -> Path:
        """Write it."""
        with as_file(BENCH) as place:
            shutil.copytree(place, folder, dirs_exist_ok=True)
        certificate = folder / "controller-certificate.toml"
        text = certificate.read_text("utf-8")
        assert self.certificate[0] in text
        certificate.write_text(text.replace(*self.certificate), "utf-8")
        text = (folder / "bench.toml").read_text("utf-8")
        head, rest = text.split("[instruments.dut]", 1)
        simulation = rest[rest.index("[simulation] ") : rest.index("[simulation.constants]")]
        (folder / "bench.toml").write_text(f"{head}{self._dut(simulation)}", "utf-8")
        return folder

    def _dut(self, simulation: str) -> str:
        return f"""[instruments.dut]
model = "pressure-gauge"
serial = "G-1"
address = "person"
settings = {{ unit = "kPa", resolution = 0.001 }}

[instruments.dut.details]
full_scale = 600.0
kind = "digital"
percent_of_span = 0.5
percent_per_kelvin = {100.0 * self.stated_per_kelvin:g}
sequence = "C"
points = 5
below = {self.stated_below:g}

{simulation}
[simulation.constants.dut]
span_pascals = 6e5
class = {self.class_:g}
step_pascals = 1.0
per_kelvin = {self.per_kelvin:g}
metres_below = {self.below:g}

[simulation.errors.controller.gauge-pressure]
gain_ppm = 800.0
offset_ppm_of_range = 0.0
"""


FINE = Sharp(1e-6, 1e-6, class_=0.0005)
"""So little hysteresis that its U is that of the certificate, mostly of the drift."""

POOR = dataclasses.replace(FINE, certificate=("k = 2 }", "k = 0.2 }"))
"""The same after a poor calibration: ten times the u on its certificate, more than the drift."""

LOW = dataclasses.replace(FINE, below=5.0, stated_below=5.0)
"""5 m of air, 350 Pa at 6 bar."""


def test_the_honest_procedure_is_compatible() -> None:
    study = study_of(PROCEDURE, 8, BENCH)
    assert study.complete
    assert study.proved
    assert {group.test for group in study.groups} == {"", "pressure-hysteresis", "gauge-pressure"}
    everything = study.groups[0]
    assert everything.covered.total == 8 * 32
    assert everything.covered.share > 0.9


def test_transmitters_are_proved_too() -> None:
    study = study_of(PROCEDURE, 8, LOOPS)
    assert study.complete
    assert study.proved
    assert study.groups[0].covered.share > 0.9


def evacuated(folder: Path) -> Path:
    """The bench of the proof with a vacuum gauge, to 80 of its 100 kPa."""
    with as_file(BENCH) as place:
        shutil.copytree(place, folder, dirs_exist_ok=True)
    bench, certificate = folder / "bench.toml", folder / "controller-certificate.toml"
    text = bench.read_text("utf-8")
    head, rest = text.split("[instruments.dut]", 1)
    simulation = rest[rest.index("[simulation] ") : rest.index("[simulation.constants]")]
    bench.write_text(
        f"""{head}[instruments.dut]
model = "pressure-gauge"
serial = "G-1"
address = "person"
settings = {{ unit = "kPa", resolution = 0.01 }}

[instruments.dut.details]
full_scale = -80.0
span = 100.0
kind = "digital"
percent_of_span = 0.25
sequence = "C"

{simulation}
[simulation.constants]
dut = {{ span_pascals = 1e5, class = 0.25, step_pascals = 10.0, per_kelvin = 1e-4 }}
""",
        "utf-8",
    )
    points = "".join(
        f"  {{ nominal = {-1e4 * n}, deviation = {n % 3}.0, U = 9.0, k = 2 }},\n"
        for n in range(1, 9)
    )
    text = certificate.read_text("utf-8").replace("low = 0.0", "low = -80000.0")
    certificate.write_text(text.replace("points = [\n", f"points = [\n{points}"), "utf-8")
    return folder


def test_a_vacuum_gauge_is_proved_too(tmp_path: Path) -> None:
    study = study_of(PROCEDURE, 20, evacuated(tmp_path / "bench"))
    assert study.complete
    assert study.proved
    assert study.groups[0].covered.share > 0.9


POINTS = tuple(f"gauge-pressure/dut/{kilopascals} kPa" for kilopascals in (150, 300, 600))


@pytest.mark.parametrize(
    ("spoil", "sharp", "is_proved"),
    [
        pytest.param(honest, Sharp(), True, id="honest"),
        pytest.param(with_standard(wrong_sign), Sharp(), False, id="wrong sign of the correction"),
        pytest.param(honest, Sharp(4e-4, 4e-4), True, id="honest, warm"),
        pytest.param(honest, Sharp(4e-4, 0.0), False, id="temperature forgotten"),
        pytest.param(honest, FINE, True, id="honest, fine"),
        pytest.param(with_standard(without_drift), FINE, False, id="drift forgotten"),
        pytest.param(honest, POOR, True, id="honest, poor certificate"),
        pytest.param(with_standard(without_u), POOR, False, id="certificate's U forgotten"),
        pytest.param(honest, LOW, True, id="honest, below"),
        pytest.param(
            honest, dataclasses.replace(LOW, stated_below=0.0), False, id="height forgotten"
        ),
        pytest.param(
            honest, dataclasses.replace(LOW, stated_below=-5.0), False, id="above for below"
        ),
    ],
)
def test_a_spoilt_procedure_is_caught(
    tmp_path: Path, spoil: Any, sharp: Sharp, is_proved: bool
) -> None:
    ids = [f"pressure-hysteresis/dut/{kilopascals} kPa" for kilopascals in (150, 300, 450)]
    variant = with_points(PROCEDURE, (*POINTS, *ids), spoil)
    study = study_of(variant, TRIALS, sharp.in_folder(tmp_path / "bench"))
    assert study.complete
    assert study.proved == is_proved
    if not is_proved:
        assert "gauge-pressure" in {group.test for group in study.too_low}


def hasty(test: p.Test[Any]) -> p.Test[Any]:
    """Do not wait for the pressure, and take the controller's word for it."""

    def measure(point: p.Point, roles: Any, attendant: p.Attendant) -> Iterator[p.Taken]:
        roles.controller.approach_pressure(point.nominal)
        reading = dataclasses.replace(roles.controller.read_pressure(), value=point.nominal)
        yield p.Taken("controller/before", reading)
        for role, gauge in roles.duts.items():
            yield p.Taken(role, gauge.read_pressure())
        yield p.Taken("controller/after", reading)

    return dataclasses.replace(test, measure=measure, suspicion=None)


def test_too_short_settling_is_caught() -> None:
    study = study_of(with_points(PROCEDURE, all_points(), hasty), 5, BENCH)
    assert not study.proved


def all_points() -> list[str]:
    with as_file(BENCH) as place:
        from station.bench_file import items_of, read_bench_file

        file, _ = read_bench_file(place / "bench.toml")
    return [point.id for test in PROCEDURE.tests(items_of(file)) for point in test.points]
