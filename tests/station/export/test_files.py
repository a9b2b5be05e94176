"""Files for other programs: every digit, and nothing that a spreadsheet would compute."""

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from station.analysis import (
    Conclusion,
    Contribution,
    Environment,
    Inspection,
    Point,
    Reading,
    columns,
    names_of,
    open_records,
    rows_of,
)
from station.cli.main import main
from station.export.csv_sheet import cell
from station.export.files import TABLES
from station.records.store import open_store
from station.run import journal
from station.run.entries import Concluded, ConclusionDrawn, EnvironmentRead, RunBegun
from station.run.journal import Journal
from station.run.plan import Phase
from tests.station.certificate.gauges import Gauges
from tests.station.certificate.runs import StepClock
from tests.station.records.issued import POINTS, Certified, certified, changed

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified(tmp_path_factory.mktemp("export"))


def read_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_json(path: Path) -> Rows:
    rows: Rows = json.loads(path.read_text("utf-8"))
    return rows


def read_parquet(path: Path) -> Rows:
    from pyarrow import parquet

    rows: Rows = parquet.read_table(path).to_pylist()
    return rows


READERS = [
    pytest.param("csv", read_csv, id="CSV"),
    pytest.param("json", read_json, id="JSON"),
    pytest.param("parquet", read_parquet, id="Parquet"),
]
KINDS = {"points": Point, "readings": Reading, "budgets": Contribution}


@pytest.mark.parametrize(("format_", "read"), READERS)
def test_every_number_comes_back_with_every_digit(
    issued: Certified, tmp_path: Path, format_: str, read: Callable[[Path], Rows]
) -> None:
    if format_ == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed: Parquet is NOT tested")
    arguments = [issued.run, "--format", format_, "--out", str(tmp_path / "new")]
    assert main(["export", *arguments, "--store", issued.url]) == 0
    with open_records(issued.url) as records:
        runs = [records.run(issued.run)]
    for name, kind in KINDS.items():
        rows = read(tmp_path / "new" / f"{name}.{format_}")
        expected = list(rows_of(runs, kind))
        assert len(rows) == len(expected) > 0
        for row, record in zip(rows, expected, strict=True):
            for column in names_of(kind):
                value = getattr(record, column)
                if isinstance(value, float):
                    assert float(row[column]) == value
                elif value is None:
                    assert row[column] in (None, "")
                elif isinstance(value, str) and format_ != "csv":
                    assert row[column] == value


def test_all_runs_are_in_one_set_of_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (certified(tmp_path) for _ in range(2))
    assert main(["export", "--all", "--out", str(tmp_path / "x"), "--store", first.url]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(TABLES)
    runs = {row["run"] for row in read_csv(tmp_path / "x" / "points.csv")}
    assert runs == {first.run, second.run}
    assert len(read_csv(tmp_path / "x" / "points.csv")) == 2 * len(POINTS)


@pytest.fixture(scope="module")
def everything(issued: Certified, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with measured points, inspections, rooms and conclusions."""
    path = changed(Path(issued.url), tmp_path_factory.mktemp("everything") / "station.db")
    with open_store(str(path)) as store:
        Gauges(legal=True).write_down(store)
        begun = next(journal.read(store, issued.run)).entry
        assert isinstance(begun, RunBegun)
        clock = StepClock()
        written = Journal.begin(store, begun.model_copy(update={"run": "=concluded"}), clock)
        written.append(EnvironmentRead(celsius=20.1, humidity=1 / 3, source="@room", pascals=1e5))
        drawn = [
            ConclusionDrawn(name="a", title="-A", value=0.1 + 0.2, unit="1", source="s",
                            expanded_uncertainty=u, coverage_factor=u)
            for u in (None, 2e-300)
        ]  # fmt: skip
        written.append(
            Concluded(phase=Phase.AS_FOUND, test="t", dut="dut", conclusions=tuple(drawn))
        )
    return path


def test_the_three_formats_say_the_same(everything: Path, tmp_path: Path) -> None:
    """Every cell of every table, compared as the record that it came from."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: Parquet is NOT tested")
    for format_ in ("csv", "json", "parquet"):
        arguments = ["--all", "--format", format_, "--out", str(tmp_path)]
        assert main(["export", *arguments, "--store", str(everything)]) == 0
    with open_records(str(everything)) as records:
        runs = list(records.runs())
    for name, kind in TABLES.items():
        expected = [[getattr(r, c) for c in names_of(kind)] for r in rows_of(runs, kind)]
        sheet = [list(row.values()) for row in read_csv(tmp_path / f"{name}.csv")]
        assert sheet == [[cell(value) for value in row] for row in expected], name
        array = [list(row.values()) for row in read_json(tmp_path / f"{name}.json")]
        assert array == [[plain(value) for value in row] for row in expected], name
        typed = [list(row.values()) for row in read_parquet(tmp_path / f"{name}.parquet")]
        assert typed == expected, name
        assert len(expected) > 1, name


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def test_conclusions_inspections_and_rooms_are_arrays_too(everything: Path) -> None:
    with open_records(str(everything)) as records:
        runs = list(records.runs())
    drawn = columns(runs, Conclusion)
    assert drawn["value"][drawn["run"] == "=concluded"].tolist() == [0.1 + 0.2] * 2
    assert columns(runs, Inspection)["passed"].dtype == bool
    assert columns(runs, Environment)["at"].dtype == "datetime64[us]"


def test_no_text_of_a_record_is_a_path_or_a_formula(everything: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["=concluded", "--out", str(out), "--store", str(everything)]
    assert main(["export", *arguments]) == 0
    assert {path.name for path in out.iterdir()} == {f"{name}.csv" for name in TABLES}
    (first, _) = read_csv(out / "conclusions.csv")
    assert (first["run"], first["title"]) == ("'=concluded", "'-A")
    assert read_csv(out / "environment.csv")[0]["source"] == "'@room"


CELLS = [
    pytest.param("=1+1", "'=1+1", id="formula"),
    pytest.param("+SUM(A1)", "'+SUM(A1)", id="plus"),
    pytest.param("-2+3", "'-2+3", id="minus, and no number"),
    pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
    pytest.param("  =1+1", "'  =1+1", id="behind blanks"),
    pytest.param("\t=1+1", "'\t=1+1", id="behind a tab"),
    pytest.param("\r=1", "'\r=1", id="behind a return"),
    pytest.param("＝1+1", "'＝1+1", id="full width"),
    pytest.param("-", "'-", id="a sign alone"),
    pytest.param("-1_000", "'-1_000", id="a number to Python alone"),
    pytest.param("-١", "'-١", id="other digits"),
    pytest.param("-1.83000000E-06", "-1.83000000E-06", id="negative number"),
    pytest.param("+4.99998700E+00", "+4.99998700E+00", id="number with its sign"),
    pytest.param("a=b", "a=b", id="in the middle"),
    pytest.param("", "", id="empty text"),
    pytest.param(None, "", id="nothing"),
    pytest.param(-1.83e-06, "-1.83e-06", id="a float"),
    pytest.param(0.1 + 0.2, "0.30000000000000004", id="every digit"),
    pytest.param(True, "true", id="truth"),
    pytest.param(7, "7", id="whole number"),
]


@pytest.mark.parametrize(("value", "expected"), CELLS)
def test_a_cell_never_computes(value: object, expected: str) -> None:
    assert cell(value) == expected


def test_without_pyarrow_it_says_what_to_install(
    issued: Certified,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    arguments = ["--all", "--format", "parquet", "--out", str(tmp_path), "--store", issued.url]
    assert main(["export", *arguments]) == 2
    assert "calibration-station[parquet]" in capsys.readouterr().err


@pytest.mark.parametrize("format_", ["csv", "json", "parquet"])
def test_half_an_export_is_not_left_behind(
    issued: Certified, tmp_path: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if format_ == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed: Parquet is NOT tested")
    copy = changed(
        Path(issued.url), tmp_path / "copy.db", "UPDATE entry SET at = 'x' WHERE seq = 3"
    )
    out = tmp_path / "out"
    arguments = ["--all", "--format", format_, "--out", str(out), "--store", str(copy)]
    assert main(["export", *arguments]) == 4
    assert "is not what was written" in capsys.readouterr().err
    assert list(out.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    arguments = ["--all", "--out", str(tmp_path / "file" / "x"), "--store", issued.url]
    assert main(["export", *arguments]) == 2
    assert "cannot be written" in capsys.readouterr().err
