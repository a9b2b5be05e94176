"""How far results move with a corrected certificate, beside what a hand calculation says."""

import dataclasses
import math
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest

from procedures.temperature.thermometer import PROCEDURE as THERMOMETER
from station.records.moved import ConclusionMoved, Moved, Told, Untold, moves
from station.records.store import open_store
from station.records.uses import touched_by
from station.run import entries as e
from station.run.operator import ScriptedOperator
from station.run.plan import Phase
from station.run.setup import Setup
from tests.procedures.bench_folder import FolderLaboratory, laboratory_on
from tests.station.records.issued import SERIAL, KeptLaboratory
from tests.station.run.laboratory import Laboratory, bench, few_points

BENCH = files("procedures") / "temperature" / "benches" / "thermometer"
VOLTS = (-10.0, 10.0)


class KeptFolder(FolderLaboratory):
    """One that keeps the bench file it works with."""

    def setup(self) -> Setup:
        content = (BENCH / "bench.toml").read_bytes()
        return dataclasses.replace(super().setup(), bench_content=content)


def told(laboratory: Laboratory, serial: str, corrected: str) -> list[Told | Untold]:
    with open_store(laboratory.url) as store:
        (touched,) = touched_by(store, [serial], None)
        return list(moves(store, touched, corrected.encode(), name="corrected"))


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_two_thermometers_move_with_what_the_reference_indicates(tmp_path: Path) -> None:
    """The correction at 50 °C is 0.3 K more, and is interpolated at what the reference showed.

    By hand: between 0 °C and 50 °C the correction changes by -0.3 K t/50 °C, between 50 °C and
    100 °C by -0.3 K (100 °C - t)/50 °C; the error of each item by the opposite.
    """
    laboratory = laboratory_on(BENCH, tmp_path, THERMOMETER)
    laboratory.__class__ = KeptFolder
    laboratory.begin(operator=ScriptedOperator("tester", {"°C": 22.4, "%": 51.0}))
    certificate = (BENCH / "reference-certificate.toml").read_text("utf-8")
    corrected = replaced(certificate, "50.0, deviation = -0.071", "50.0, deviation = -0.371")
    shown = {
        row.entry.point: between(row.entry)
        for row in laboratory.rows()
        if isinstance(row.entry, e.Observed)
    }
    at_50, at_100 = (shown[f"temperature/{n} °C/readings"] for n in (50, 100))
    assert 49.9 < at_50 < 50.0
    assert 99.9 < at_100 < 100.0
    by_hand = {
        "temperature/0 °C": 0.0,
        "temperature/50 °C": 0.3 * at_50 / 50.0,
        "temperature/100 °C": 0.3 * (100.0 - at_100) / 50.0,
    }
    found = told(laboratory, "6A1202", corrected)
    moved = {each.was.point: each for each in found if isinstance(each, Moved)}
    assert set(moved) == {f"{point}{dut}" for point in by_hand for dut in ("", "/dut-2")}
    for point, each in moved.items():
        assert each.by == pytest.approx(by_hand[point.removesuffix("/dut-2")], abs=1e-12), point
    assert moved["temperature/50 °C/dut-2"].dut == "dut-2"
    assert [each.was.point for each in moved.values() if each.changes_verdict] == [
        "temperature/50 °C/dut-2"
    ]
    for each in found:
        if isinstance(each, ConclusionMoved):  # how far it comes back to 0 °C does not move
            assert each.now.value == pytest.approx(each.was.value, abs=1e-12)


def between(observed: e.Observed) -> float:
    """What the reference showed while the items were read: each time between two of its readings.

    From the bytes that it sent: "t:   49.963 C".
    """
    shown = [float(r.raw.split()[1]) for r in observed.readings if r.of == "reference"]
    return fmean((before + after) / 2 for before, after in pairwise(shown))


def test_both_phases_of_an_adjusted_item_move(tmp_path: Path) -> None:
    """10 V was 50 µV more than certified, and U twice what it said; by hand:

    the error is 64 µV - 14 µV = 50 µV less, in both phases; u² loses (21 µV)² and gets (42 µV)².
    """
    points = [f"dc-voltage/10 V/{volts:g} V" for volts in VOLTS]
    procedure = dataclasses.replace(few_points(points), adjust=lambda dut, clock: None)
    failing = bench(errors={"dut": {"dc-voltage": {"gain_ppm": 400.0}}})
    laboratory = KeptLaboratory(tmp_path, procedure=procedure, file=failing)
    laboratory.begin()
    certificate = laboratory.certificate.decode()
    corrected = replaced(
        certificate,
        "{ nominal = 10.0, deviation = -1.4e-05, U = 4.2e-05, k = 2 }",
        "{ nominal = 10.0, deviation = 3.6e-05, U = 8.4e-05, k = 2 }",
    )
    moved = {
        (each.was.phase, each.was.point): each
        for each in told(laboratory, SERIAL, corrected)
        if isinstance(each, Moved)
    }
    assert set(moved) == {(phase, point) for phase in Phase for point in points}
    for (_, point), each in moved.items():
        u, now = each.was.standard_uncertainty, each.now.standard_uncertainty
        if point == points[0]:
            assert each.by == 0.0
            assert now == u
            continue
        assert each.by == pytest.approx(-5e-5, abs=1e-15)
        assert now == pytest.approx(math.sqrt(u**2 - 2.1e-5**2 + 4.2e-5**2), rel=1e-12)
        assert each.was.verdict == each.now.verdict == "fail"
