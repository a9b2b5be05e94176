"""Every DUT model of `dmm`, from its wiring to its certificate, on the simulated bench."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from drivers.models import MODELS
from procedures.electrical.dmm import PROCEDURE
from procedures.electrical.dut import FILES, DutFile, dut, read
from station.bench_file import BenchFile
from station.certificate.issue import issue
from station.certificate.verification.file import verify
from station.errors import BadInput
from station.procedure import Item, Items
from station.records.store import open_store
from station.run import entries as e
from station.run.plan import Phase
from station.run.state import RunState
from tests.station.run.laboratory import Laboratory, bench, certificate

NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
CERTIFICATE = "calibrator-certificate.toml"
# What a good specimen errs, as a share of what its simulator draws. Direct currents of the DMM6500
# and the 8846A are drawn there from other meters' specifications, about twice as wide as theirs.
GOOD: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "hp-34401a": {},
    "keithley-2000": {},
    "keithley-dmm6500": {"dc-current": {"times": 0.2}},
    "fluke-8846a": {"dc-current": {"times": 0.5}},
}


def bench_of(model: str, errors: Mapping[str, Mapping[str, float]]) -> BenchFile:
    """The demonstration's bench with another DUT."""
    file = bench(errors={"dut": errors})
    changed = file.instruments["dut"].model_copy(update={"model": model})
    return file.model_copy(update={"instruments": {**file.instruments, "dut": changed}})


def items(model: str) -> Items:
    return {"dut": Item(model)}


def laboratory_with(
    folder: Path, model: str, errors: Mapping[str, Mapping[str, float]]
) -> Laboratory:
    """The demonstration's laboratory; its calibrator is certified for capacitance too."""
    more = files("procedures") / "electrical" / "benches" / "capacitance"
    _, table, rows = (more / CERTIFICATE).read_text("utf-8").partition("[[table]]")
    stated = certificate(lambda text: f"{text}\n{table}{rows}")
    return Laboratory(folder, procedure=PROCEDURE, file=bench_of(model, errors), certificate=stated)


def verdicts(state: RunState) -> dict[str, str]:
    return {m.point: m.verdict for m in state.results.values() if isinstance(m, e.Measured)}


@pytest.mark.parametrize(
    ("model", "points"),
    [("hp-34401a", 62), ("keithley-2000", 62), ("keithley-dmm6500", 60), ("fluke-8846a", 78)],
)
def test_a_good_specimen_passes_every_point_and_gets_its_certificate(
    tmp_path: Path, model: str, points: int
) -> None:
    laboratory = laboratory_with(tmp_path, model, GOOD[model])
    state = laboratory.begin()
    found = verdicts(state)
    assert len(found) == len(state.points) == points
    assert {point: verdict for point, verdict in found.items() if verdict != "pass"} == {}
    assert state.decisions == {Phase.AS_FOUND: "pass"}
    assert state.begun is not None
    (item,) = (bound for bound in state.begun.instruments if bound.role == "dut")
    assert item.serial == laboratory.file.instruments["dut"].serial  # a 34401A itself says 0
    with open_store(laboratory.url) as store:
        made = issue(store, laboratory.run, by="Approver", now=NOW, order=None, laboratory=None)
        for content in (made.pdf, made.xml):
            report = verify(content, store)
            assert report.good, report.findings


TEN_TO_20K = (
    "ac-voltage/100 mV/100 mV/1 kHz",
    *(f"ac-voltage/{range_}/{range_}/{hertz}" for range_ in ("1 V", "10 V", "100 V")
      for hertz in ("45 Hz", "1 kHz", "20 kHz")),
    "ac-voltage/750 V/300 V/1 kHz",
    "ac-voltage/750 V/750 V/1 kHz",
)  # fmt: skip

# model, function, gain error (ppm), the points whose limit and U it exceeds
BAD = [
    pytest.param(
        "hp-34401a",
        "resistance",
        300.0,
        {
            *(f"resistance-4w/{r}/{r}" for r in ("100 Ω", "1 kΩ", "10 kΩ", "100 kΩ")),
            *(f"resistance-2w/{r}/{r}" for r in ("100 kΩ", "1 MΩ")),
        },
        id="34401A, ohms: 10 MΩ and 100 MΩ have wider limits",
    ),
    pytest.param(
        "keithley-2000",
        "dc-current",
        1000.0,
        {"dc-current/10 mA/10 mA", "dc-current/10 mA/-10 mA"},
        id="2000, current: 100 mA has a wider limit",
    ),
    pytest.param(
        "keithley-dmm6500",
        "ac-voltage",
        1800.0,
        set(TEN_TO_20K),
        id="DMM6500, alternating voltage: wider limits above 20 kHz and at 1 V of 10 V",
    ),
    pytest.param(
        "fluke-8846a",
        "dc-current",
        1500.0,
        {
            f"dc-current/{range_}/{sign}{range_}"
            for range_ in ("100 µA", "1 mA", "10 mA", "100 mA", "1 A")
            for sign in ("", "-")
        },
        id="8846A, current at both terminals: 3 A has a wider limit",
    ),
]


@pytest.mark.parametrize(("model", "function", "gain", "beyond"), BAD)
def test_the_right_points_of_a_bad_specimen_fail(
    tmp_path: Path, model: str, function: str, gain: float, beyond: set[str]
) -> None:
    errors = {**GOOD[model], function: {"gain_ppm": gain, "offset_ppm_of_range": 0.0}}
    state = laboratory_with(tmp_path, model, errors).begin()
    failed = {point for point, verdict in verdicts(state).items() if verdict == "fail"}
    assert failed == beyond
    assert state.decisions == {Phase.AS_FOUND: "fail"}


def current_terminals(model: str) -> dict[str, set[float]]:
    """Terminals of the DUT that currents go into → ranges (A) with points there."""
    found: dict[str, set[float]] = {}
    for test in PROCEDURE.tests(items(model)):
        if test.unit == "A":
            (high,) = (w for w in test.hookup.wires if w.from_terminal == "AUX HI")
            found.setdefault(high.to_terminal, set()).update(p.range for p in test.points)
    return found


@pytest.mark.parametrize(
    ("model", "terminals"),
    [
        ("keysight-34461a", {"3A": {1e-4, 1e-3, 1e-2, 0.1, 1.0, 3.0}}),
        ("hp-34401a", {"I": {1e-2, 0.1, 1.0, 3.0}}),
        ("keithley-2000", {"AMPS": {1e-2, 0.1, 1.0, 3.0}}),
        ("keithley-dmm6500", {"AMPS": {1e-3, 1e-2, 0.1, 1.0, 3.0}}),
        ("fluke-8846a", {"400mA": {1e-4, 1e-3, 1e-2, 0.1}, "10A": {1.0, 3.0}}),
        ("hand-held-multimeter", {"mA": {2e-3, 0.02, 0.2}, "A": {10.0}}),
    ],
)
def test_currents_go_into_the_terminals_of_the_dut_at_hand(
    model: str, terminals: dict[str, set[float]]
) -> None:
    assert current_terminals(model) == terminals


def test_a_run_asks_for_each_terminal_before_its_points(tmp_path: Path) -> None:
    laboratory = laboratory_with(tmp_path, "fluke-8846a", GOOD["fluke-8846a"])
    laboratory.begin()
    wired: set[str] = set()
    seen: dict[str, set[str]] = {}
    for row in laboratory.rows():
        if isinstance(row.entry, e.Prompted) and row.entry.wires:
            wired = {wire.to_end for wire in row.entry.wires}
        if isinstance(row.entry, e.Measured) and "-current/" in row.entry.point:
            seen[row.entry.point] = wired
    assert seen["dc-current/100 mA/100 mA"] == {"dut 400mA", "dut LO"}
    assert seen["dc-current/1 A/1 A"] == {"dut 10A", "dut LO"}
    assert seen["ac-current/100 mA/100 mA/1 kHz"] == {"dut 400mA", "dut LO"}
    assert seen["ac-current/3 A/2 A/1 kHz"] == {"dut 10A", "dut LO"}


@pytest.mark.parametrize("model", FILES.models())
def test_a_model_with_a_data_file_can_be_driven_and_its_points_have_their_own_names(
    model: str,
) -> None:
    assert model in MODELS
    points = [point.id for test in PROCEDURE.tests(items(model)) for point in test.points]
    assert len(points) == len(set(points))
    used = {row.source for row in every_row(dut(model).figures)}
    assert used == set(dut(model).figures.sources)


def every_row(figures: DutFile) -> list[Any]:
    functions = (
        figures.dc_voltage, figures.ac_voltage, figures.frequency, figures.resistance_2w,
        figures.resistance_4w, figures.capacitance, figures.dc_current, figures.ac_current,
    )  # fmt: skip
    return [row for rows in functions for row in rows]


def test_what_was_seen_in_the_makers_document_is_told_from_what_was_not() -> None:
    verified = {
        model: {
            test.name
            for test in PROCEDURE.tests(items(model))
            if all(test.tolerance(point).verified for point in test.points)
        }
        for model in FILES.models()
    }
    assert verified == {
        "fluke-8846a": {
            "dc-voltage",
            "resistance-2w",
            "resistance-4w",
            "capacitance",
            "dc-current",
        },
        "hand-held-multimeter": set(),
        "hp-34401a": {"resistance-2w", "resistance-4w", "dc-current"},
        "keithley-2000": set(),
        "keithley-dmm6500": {"resistance-2w", "resistance-4w", "ac-current"},
        "keysight-34461a": set(),
    }


# Agilent 34401A Service Guide, p. 69: 1-year errors from nominal
@pytest.mark.parametrize(
    ("point", "limit"),
    [
        ("dc-voltage/100 mV/100 mV", 8.5e-6),
        ("dc-voltage/1 V/1 V", 47e-6),
        ("dc-voltage/10 V/-10 V", 400e-6),
        ("dc-voltage/100 V/100 V", 5.1e-3),
        ("dc-voltage/1000 V/1000 V", 55e-3),
        ("resistance-4w/100 Ω/100 Ω", 14e-3),
        ("resistance-4w/100 kΩ/100 kΩ", 11.0),
        ("resistance-2w/1 MΩ/1 MΩ", 110.0 + 0.2),
        ("resistance-2w/10 MΩ/10 MΩ", 4.1e3),
        ("resistance-2w/100 MΩ/100 MΩ", 810e3),
        ("dc-current/10 mA/10 mA", 7e-6),
        ("dc-current/100 mA/100 mA", 55e-6),
        ("dc-current/1 A/1 A", 1.1e-3),
        ("dc-current/3 A/2 A", 3.0e-3),
    ],
)
def test_the_limits_of_the_34401a_are_those_of_its_makers_test(point: str, limit: float) -> None:
    (found,) = (
        test.tolerance(each)
        for test in PROCEDURE.tests(items("hp-34401a"))
        for each in test.points
        if each.id == point
    )
    assert found.limits.upper == pytest.approx(limit, rel=1e-9)
    assert found.verified


WITHOUT = "[current-terminals]\nI = 3.0\n"


@pytest.mark.parametrize(
    ("terminals", "fault"),
    [
        pytest.param("", r"no terminal for the range 0\.01 A\. Add it", id="none"),
        pytest.param("[current-terminals]\nI = 1.0\n", r"for the range 3 A", id="too small"),
        pytest.param("[current-terminals]\nI = -3.0\n", r"greater than 0", id="negative"),
    ],
)
def test_a_current_that_goes_in_nowhere_is_refused(terminals: str, fault: str) -> None:
    text = (files("procedures") / "data" / "hp-34401a.toml").read_text("utf-8")
    assert WITHOUT in text
    with pytest.raises(BadInput, match=fault):
        read("hp-34401a", text.replace(WITHOUT, terminals).encode())
