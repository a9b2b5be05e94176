"""The read-only interface for notebooks."""

import dataclasses
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from station.analysis import Point, Reading, Records, columns, open_records
from station.errors import BadInput, StoreFailed, Tampered
from station.records.store import open_store
from station.run.entries import Measured
from station.run.journal import read
from station.run.state import fold_all
from tests.station.records.issued import POINTS, Certified, certified, changed
from tests.station.stores import Place


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified(tmp_path_factory.mktemp("analysis"))


@pytest.fixture
def records(issued: Certified) -> Iterator[Records]:
    with open_records(issued.url) as records:
        yield records


def test_points_and_readings_are_those_of_the_journal(issued: Certified, records: Records) -> None:
    run = records.run(issued.run)
    with open_store(issued.url) as store:
        state = fold_all(read(store, issued.run))
    assert {point.point for point in run.points} == set(POINTS)
    for point in run.points:
        (outcome,) = (o for o in state.results.values() if o.point == point.point)
        assert isinstance(outcome, Measured)
        assert (point.error, point.expanded_uncertainty, point.verdict) == (
            outcome.error, outcome.expanded_uncertainty, outcome.verdict,
        )  # fmt: skip
        assert [r.raw for r in point.readings] == [r.raw for r in outcome.readings]
        assert [c.name for c in point.budget] == [c.name for c in outcome.budget]
    assert len(run.readings) == sum(len(point.readings) for point in run.points)


def test_the_example_of_the_documents_runs_as_it_is_written(
    issued: Certified,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    changed(Path(issued.url), tmp_path / "station.db")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(example, names)
    assert capsys.readouterr().out.count(issued.run) == len(POINTS)
    assert names["table"]["error"].shape == (len(POINTS),)
    assert names["rooms"]["celsius"].tolist() == [23.1, 23.1]


def test_records_are_frozen(issued: Certified, records: Records) -> None:
    point = records.run(issued.run).points[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.error = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({}, 1, id="all"),
        pytest.param({"procedure": "dmm"}, 1, id="its procedure"),
        pytest.param({"procedure": "weight"}, 0, id="another procedure"),
        pytest.param({"since": date(2026, 11, 2), "until": date(2026, 11, 2)}, 1, id="its day"),
        pytest.param({"since": date(2026, 11, 3)}, 0, id="later"),
        pytest.param({"until": date(2026, 11, 1)}, 0, id="earlier"),
    ],
)
def test_runs_are_chosen(records: Records, asked: dict[str, object], found: int) -> None:
    assert len(list(records.runs(**asked))) == found  # type: ignore[arg-type]


def test_arrays_hold_numbers_instants_and_texts(records: Records) -> None:
    points = columns(records.runs(), Point)
    assert points["error"].dtype == np.float64
    assert points["at"].dtype == np.dtype("datetime64[us]")
    assert set(points["verdict"]) == {"pass"}
    assert np.isnan(points["hertz"]).all(), "no frequency at direct voltage and resistance"
    readings = columns(records.runs(), Reading)
    assert readings["value"].shape == readings["unit"].shape
    mean = readings["value"][readings["point"] == POINTS[0]].mean()
    assert mean == pytest.approx(points["indication"][points["point"] == POINTS[0]][0])


def test_without_runs_the_arrays_are_empty() -> None:
    assert {array.shape for array in columns([], Point).values()} == {(0,)}


def test_nothing_can_be_written_through_it(place: Place, tmp_path: Path) -> None:
    made = certified(tmp_path, place.url)
    with open_records(made.url) as records:
        with pytest.raises(StoreFailed):
            records._store.keep(b"x", name="x", media_type="text/plain")
        assert len(list(records.runs())) == 1


@pytest.mark.parametrize("name", ["a b.db", "100 %.db", "what?.db", "thử nghiệm.db", "a&b#c.db"])
def test_any_file_name_will_do(issued: Certified, tmp_path: Path, name: str) -> None:
    copy = changed(Path(issued.url), tmp_path / name)
    with open_records(str(copy)) as records:
        assert len(list(records.runs())) == 1


def test_a_store_of_another_version_is_refused_and_left_alone(
    issued: Certified, tmp_path: Path
) -> None:
    copy = changed(
        Path(issued.url), tmp_path / "copy.db", "UPDATE alembic_version SET version_num = '0002'"
    )
    before = copy.read_bytes()
    with pytest.raises(StoreFailed, match="is of version 0002"), open_records(str(copy)):
        pass
    assert copy.read_bytes() == before


def test_what_is_no_store_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no record store"), open_records(str(tmp_path / "no.db")):
        pass
    assert not (tmp_path / "no.db").exists()
    empty = tmp_path / "empty.db"
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(StoreFailed, match="of version None"), open_records(str(empty)):
        pass


def test_a_changed_journal_is_not_analysed(issued: Certified, tmp_path: Path) -> None:
    copy = changed(
        Path(issued.url), tmp_path / "copy.db", "UPDATE entry SET at = 'x' WHERE seq = 3"
    )
    with open_records(str(copy)) as records, pytest.raises(Tampered):
        list(records.runs())
