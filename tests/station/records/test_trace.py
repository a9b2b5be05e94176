"""From a certificate down to bytes and up to the SI; from a standard to what it touched."""

import dataclasses
import json
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import station.records
from procedures.electrical.dmm import PROCEDURE
from station import procedure as p
from station.certificate.issue import amend
from station.cli.main import main
from station.clock import ZONE, SystemClock
from station.errors import Tampered
from station.records import moved
from station.records.audit import audit
from station.records.store import open_store
from station.records.trace import standards_of, trace
from station.records.uses import all_uses, touched_by
from station.register import book
from station.register import entries as r
from station.run import journal
from station.run.entries import Measured, RunBegun
from tests.station.records.issued import (
    ISSUED_AT,
    POINTS,
    SERIAL,
    Certified,
    KeptLaboratory,
    certified,
    changed,
)
from tests.station.run.laboratory import few_points
from tests.station.stores import Place


def test_a_certificate_names_everything_it_came_from(issued: Certified) -> None:
    with open_store(issued.url) as store:
        found = trace(store, issued.number)
        rows = {row.seq: row for row in journal.read(store, issued.run)}
    assert {point.planned.id for point in found.points} == set(POINTS)
    for point in found.points:
        row = rows[point.result.seq]
        assert (row.hash, row.entry) == (point.result.hash, point.result.entry)
        assert isinstance(row.entry, Measured)
        assert row.entry.readings
        assert row.entry.wire
        assert point.standards == ("calibrator",)
    standard = found.standards["calibrator"]
    assert standard.lost is None
    assert standard.bound.traceability == "Simulated: no measurement stands behind this certificate"
    assert found.people["tester"][0] == "carried it out"
    assert "issued" in found.people["approver"]


def test_the_tree_is_printed_to_its_ends(
    issued: Certified, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", issued.number, "--store", issued.url]) == 0
    printed = capsys.readouterr().out
    for said in (issued.number, issued.run, "SIM-2026-0417", "(kept)", "no measurement stands"):
        assert said in printed
    assert printed.count("reading 1 of dut") == len(POINTS)


def test_the_tree_is_told_in_the_readers_language(
    issued: Certified, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_LANG", "vi")
    assert main(["trace", issued.number, "--point", POINTS[0], "--store", issued.url]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"giấy chứng nhận {issued.number}, cấp ")
    for said in ("  nhật ký: ", "    liên kết chuẩn đến: ", "(đã lưu)", "    số đọc 1 của dut: "):
        assert said in printed
    result = next(line for line in printed.splitlines() if line.startswith(f"điểm {POINTS[0]} ("))
    assert "sai số" in result
    assert result.endswith(", đạt")
    assert "." not in result.partition("sai số")[2]


def test_a_point_alone_shows_what_went_over_the_wires(
    issued: Certified, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", issued.number, "--point", POINTS[0], "--store", issued.url]) == 0
    printed = capsys.readouterr().out
    assert "s calibrator: 'OUT " in printed
    assert "s dut: 'READ?;" in printed
    assert POINTS[1] not in printed


def test_the_tree_as_json_holds_the_same(
    issued: Certified, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", issued.number, "--json", "--store", issued.url]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [p["planned"]["id"] for p in told["points"]] == [
        p["result"]["point"] for p in told["points"]
    ]
    assert told["standards"]["calibrator"]["serial"] == SERIAL


def test_a_lost_certificate_of_a_standard_is_named(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = changed(
        Path(issued.url), tmp_path / "copy.db", "DELETE FROM document WHERE name LIKE 'SIM-%'"
    )
    assert main(["trace", issued.number, "--store", str(copy)]) == 4
    assert "has no document" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["C99.00001"], 2, id="no such certificate"),
        pytest.param(["C26.00001", "--point", "nowhere"], 2, id="no such point"),
        pytest.param(["C26.00001", "--since", "2026-01-01"], 2, id="since without a standard"),
        pytest.param(["--standard", SERIAL, "--point", "x"], 2, id="point of a standard"),
    ],
)
def test_what_cannot_be_traced_is_said(
    issued: Certified, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", *arguments, "--store", issued.url]) == code
    assert capsys.readouterr().err.startswith("station: ")


def test_a_standard_names_the_certificates_it_touched(place: Place, tmp_path: Path) -> None:
    made = certified(tmp_path, place.url)
    with open_store(made.url) as store:
        (touched,) = touched_by(store, [SERIAL], None)
        day = touched.begun
        last = list(journal.read(store, made.run))[-1].at
        assert day < last
        assert touched_by(store, [SERIAL], day) == [touched]
        assert touched_by(store, [SERIAL], last.astimezone(ZONE)) == [touched], "begun before"
        assert touched_by(store, [SERIAL], last + timedelta(microseconds=1)) == []
        assert touched_by(store, ["another"], None) == []
        assert audit(store).faults == ()
    assert touched.certificates == {"dut": (made.number,)}
    assert set(touched.used.points["dut"]) == set(POINTS)


def test_a_standard_found_bad_is_traced_by_its_id_from_that_day(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = changed(Path(issued.url), tmp_path / "copy.db")
    about = {"by": "B", "equipment": "CAL-1"}
    entered = r.EquipmentEntered(
        title="Calibrator", maker="Fluke", type="5522A", serial=SERIAL, **about
    )
    with open_store(str(copy)) as store:
        book.act(store, SystemClock(), lambda _: [entered])
    assert main(["trace", "--standard", "CAL-1", "--store", str(copy)]) == 0
    assert f"1 runs, 1 certificates, {len(POINTS)} points" in capsys.readouterr().out
    bad = r.FoundBad(since=date(2026, 11, 3), reason="dropped", **about)
    with open_store(str(copy)) as store:
        book.act(store, SystemClock(), lambda _: [bad])
    assert main(["trace", "--standard", "CAL-1", "--store", str(copy)]) == 0
    printed = capsys.readouterr().out
    assert "found bad by B, since 2026-11-03: dropped" in printed
    assert "0 runs, 0 certificates, 0 points" in printed, "the run was the day before"


def test_certificates_that_are_not_in_force_are_marked(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = changed(Path(issued.url), tmp_path / "copy.db")
    asked = ["trace", "--standard", SERIAL, "--store", str(copy)]
    gone = r.Withdrawn(by="C", number=issued.number, reason="wrong item")
    with open_store(str(copy)) as store:
        book.act(store, SystemClock(), lambda _: [gone])
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert f"{issued.number} [withdrawn by C (wrong item)]: 3 points" in printed
    assert "1 certificates (1 not in force)" in printed
    with open_store(str(copy)) as store:
        new = amend(store, issued.number, by="C", now=ISSUED_AT, reason="the right item").number
    file = corrected(tmp_path, "", "")
    assert main([*asked, "--corrected", str(file)]) == 0
    both = f"{issued.number} [amended by {new}], {new}"
    printed = capsys.readouterr().out
    assert f"  dut: {both}: 3 points" in printed
    assert f"{both}: the largest move is 0 U; 0 verdicts change" in printed
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["not_in_force"] == {issued.number: f"amended by {new}"}


def test_points_are_named_where_they_are_asked_for(
    issued: Certified, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["trace", "--standard", SERIAL, "--store", issued.url]
    assert main(asked) == 0
    assert POINTS[0] not in capsys.readouterr().out
    assert main([*asked, "--points"]) == 0
    printed = capsys.readouterr().out
    assert all(f"    {point}\n" in printed for point in POINTS)
    assert main([*asked, "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert run["number_of_points"] == {"dut": len(POINTS)}
    assert "points" not in run
    assert main([*asked, "--json", "--points"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert set(run["points"]["dut"]) == set(POINTS)


def test_a_serial_number_that_was_entered_wrongly_is_followed(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever serial number the register ever had for it: no run is left out."""
    copy = changed(Path(issued.url), tmp_path / "copy.db")
    first, second = (
        r.EquipmentEntered(
            by="B", equipment="CAL-1", title="C", maker="Fluke", type="5522A", serial=serial
        )
        for serial in (SERIAL, "another")
    )
    with open_store(str(copy)) as store:
        book.act(store, SystemClock(), lambda _: [first, second])
    for name in ("CAL-1", "another"):
        assert main(["trace", "--standard", name, "--store", str(copy)]) == 0
        assert "1 runs, 1 certificates" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE standard_use SET serial = '1'", id="another standard"),
        pytest.param("DELETE FROM standard_use", id="left out"),
        pytest.param(
            "INSERT INTO standard_use SELECT run, 'second', serial, title, certificate, document, "
            "points FROM standard_use",
            id="put in",
        ),
    ],
)
def test_an_index_that_says_otherwise_is_found(
    issued: Certified, tmp_path: Path, change: str
) -> None:
    copy = changed(Path(issued.url), tmp_path / "copy.db", change)
    with open_store(str(copy)) as store:
        (fault,) = audit(store).faults
    assert (
        str(fault)
        == f"Run {issued.run}: the index of standards does not say what its journal says."
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE point_list SET body = '{\"dut\":[]}'", id="points left out"),
        pytest.param("UPDATE point_list SET body = '{'", id="no JSON"),
        pytest.param("UPDATE point_list SET body = x'00'", id="no text"),
        pytest.param("UPDATE point_list SET digest = 'x' || substr(digest, 2)", id="renamed"),
        pytest.param("DELETE FROM point_list", id="gone"),
    ],
)
def test_a_changed_list_of_points_is_found_and_never_told(
    issued: Certified, tmp_path: Path, change: str
) -> None:
    copy = changed(Path(issued.url), tmp_path / "copy.db", change)
    with open_store(str(copy)) as store:
        (fault,) = audit(store).faults
        assert str(fault).startswith("The list of points ")
        with pytest.raises(Tampered, match="The list of points"):
            touched_by(store, [SERIAL], None)


def test_an_old_store_gets_its_index(issued: Certified, tmp_path: Path) -> None:
    """What migration 0004 fills in is what a new run enters."""
    path = tmp_path / "old.db"
    config = Config()
    folder = Path(station.records.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.commit()
        connection.exec_driver_sql("ATTACH ? AS new", (issued.url,))
        for table, columns in (
            ("run", "id, begun, procedure, bench, item"),
            ("entry", "run, seq, at, kind, body, previous, hash"),
            ("document", "digest, media_type, name, content"),
        ):
            copied = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}"
            connection.exec_driver_sql(copied)
        connection.commit()
    engine.dispose()
    with open_store(issued.url) as new, open_store(str(path)) as old:
        assert all_uses(old) == all_uses(new)
        assert audit(old).faults == ()


def test_points_of_old_runs_rest_on_what_their_budgets_name(issued: Certified) -> None:
    with open_store(issued.url) as store:
        found = trace(store, issued.number)
    begun, point = found.begun, found.points[0]
    assert isinstance(begun, RunBegun)
    unsaid = point.planned.model_copy(update={"standards": ()})
    other = begun.instruments[0].model_copy(
        update={"role": "room", "certificate": "OTHER-1", "certificate_digest": "0" * 64}
    )
    bound = (*begun.instruments, other)
    entry = point.result.entry
    assert isinstance(entry, Measured)
    assert standards_of(unsaid, entry, bound) == ("calibrator",)
    nameless = entry.model_copy(update={"budget": ()})
    assert standards_of(unsaid, nameless, bound) == ("calibrator", "room")


def corrected(tmp_path: Path, old: str, new: str) -> Path:
    text = (files("station") / "demo" / "calibrator-certificate.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "corrected.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_a_corrected_certificate_moves_what_rests_on_it(
    issued: Certified,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """5 V was really 0.49 mV higher than certified: so is the multimeter's error lower."""
    point = "{ nominal = 5.0, deviation = -1e-05, U = 2.4e-05, k = 2 }"
    file = corrected(tmp_path, point, point.replace("-1e-05", "48e-5"))
    asked = ["trace", "--standard", SERIAL, "--corrected", str(file), "--store", issued.url]
    assert main([*asked, "--json"]) == 0
    results = {told["point"]: told for told in json.loads(capsys.readouterr().out)["results"]}
    moved = results["dc-voltage/10 V/5 V"]
    before, after = moved["error"]
    assert after - before == pytest.approx(-4.9e-4, rel=1e-9)
    assert moved["verdict"] == ["pass", "fail"]
    for other in ("dc-voltage/10 V/10 V", "resistance-4w/1 kΩ/1 kΩ"):
        before, after = results[other]["error"]
        assert after == before
        assert not results[other]["changes_verdict"]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert f"{issued.number} dc-voltage/10 V/5 V" in printed
    assert "VERDICT CHANGES" in printed
    assert "3 results told, 1 verdicts change, 0 cannot be told" in printed
    monkeypatch.setenv("STATION_LANG", "vi")
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert "đạt → không đạt  KẾT LUẬN THAY ĐỔI" in printed
    assert "thay đổi lớn nhất là 6,2 U; 1 kết luận thay đổi" in printed


def test_a_certificate_that_no_longer_reaches_cannot_tell(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = corrected(tmp_path, 'quantity = "resistance-4w"', 'quantity = "another"')
    asked = ["trace", "--standard", SERIAL, "--corrected", str(file), "--store", issued.url]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert "resistance-4w/1 kΩ/1 kΩ: cannot be told: certificate" in printed
    assert "2 results told, 0 verdicts change, 1 cannot be told" in printed


def test_the_certificate_of_another_standard_is_refused(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = corrected(tmp_path, SERIAL, "999")
    asked = ["trace", "--standard", SERIAL, "--corrected", str(file), "--store", issued.url]
    assert main(asked) == 2
    assert "is of serial '999'" in capsys.readouterr().err


def test_what_is_not_evaluated_as_it_was_cannot_tell(
    issued: Certified,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A procedure that claims to be the same, and leaves a reading out."""

    def tests(items: p.Items) -> tuple[p.Test[Any], ...]:
        def shifted(test: p.Test[Any]) -> p.Test[Any]:
            def evaluate(point: p.Point, evidence: p.Evidence) -> p.Evaluation:
                fewer = {id_: taken[:-1] for id_, taken in evidence.readings.items()}
                return test.evaluate(point, dataclasses.replace(evidence, readings=fewer))

            return dataclasses.replace(test, evaluate=evaluate)

        return tuple(map(shifted, PROCEDURE.tests(items)))

    other = dataclasses.replace(PROCEDURE, tests=tests)
    monkeypatch.setattr(moved, "find_procedure", lambda name: other)
    file = corrected(tmp_path, "", "")
    asked = ["trace", "--standard", SERIAL, "--corrected", str(file), "--store", issued.url]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert printed.count("What was recorded is not what its readings evaluate to now") == 3
    assert "0 results told, 0 verdicts change, 3 cannot be told" in printed


def applied(dut: str, evidence: p.Evidence) -> tuple[p.Conclusion, ...]:
    """Something that follows from the standard's certificate."""
    value = evidence.set_to("calibrator", "dc-voltage", 5.0).actual
    return (p.Conclusion("applied", "Applied at 5 V", value, "V", "the certificate", 2.4e-5),)


def concluding(items: p.Items) -> tuple[p.Test[Any], ...]:
    tests = few_points(("dc-voltage/10 V/5 V",)).tests(items)
    return tuple(dataclasses.replace(test, conclude=applied) for test in tests)


def test_conclusions_move_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    procedure = dataclasses.replace(PROCEDURE, tests=concluding)
    laboratory = KeptLaboratory(tmp_path, procedure=procedure)
    laboratory.begin()
    monkeypatch.setattr(moved, "find_procedure", lambda name: procedure)
    point = "{ nominal = 5.0, deviation = -1e-05, U = 2.4e-05, k = 2 }"
    file = corrected(tmp_path, point, point.replace("-1e-05", "48e-5"))
    asked = ["trace", "--standard", SERIAL, "--corrected", str(file), "--store", laboratory.url]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert "Applied at 5 V 4.99999 → 5.00048 V" in printed
    assert "2 results told, 1 verdicts change, 0 cannot be told" in printed


def test_what_was_not_concluded_is_not_concluded_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where an item showed overload nothing was: there is nothing to conclude from."""

    def concluding_by(conclude: Any) -> p.Procedure:
        def tests(items: p.Items) -> tuple[p.Test[Any], ...]:
            few = few_points(("dc-voltage/10 V/5 V",)).tests(items)
            return tuple(dataclasses.replace(test, conclude=conclude) for test in few)

        return dataclasses.replace(PROCEDURE, tests=tests)

    def impossible(dut: str, evidence: p.Evidence) -> tuple[p.Conclusion, ...]:
        raise IndexError(dut)

    laboratory = KeptLaboratory(tmp_path, procedure=concluding_by(lambda dut, evidence: ()))
    laboratory.begin()
    monkeypatch.setattr(moved, "find_procedure", lambda name: concluding_by(impossible))
    file = corrected(tmp_path, "", "")
    asked = ["trace", "--standard", SERIAL, "--corrected", str(file), "--store", laboratory.url]
    assert main(asked) == 0
    assert "1 results told, 0 verdicts change, 0 cannot be told" in capsys.readouterr().out


def test_another_revision_of_the_procedure_does_not_tell(
    issued: Certified,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    newer = dataclasses.replace(PROCEDURE, digest=lambda items: "0" * 64)
    monkeypatch.setattr(moved, "find_procedure", lambda name: newer)
    file = corrected(tmp_path, "", "")
    asked = ["trace", "--standard", SERIAL, "--corrected", str(file), "--store", issued.url]
    assert main(asked) == 0
    assert "all points: cannot be told: Procedure dmm (revision" in capsys.readouterr().out
