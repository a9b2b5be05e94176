"""A certificate's whole life at the command line, on each kind of store; any change is found."""

import dataclasses
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from station.cli.main import main
from station.errors import Exit
from station.records import verify_dossier
from station.records.audit import audit
from station.records.copy import content_of, copy
from station.records.schema import APPEND_ONLY, METADATA
from station.records.store import open_store
from station.run.operator import ScriptedOperator
from station.run.setup import Setup
from tests.station.records.issued import POINTS, SERIAL, KeptLaboratory
from tests.station.register.people import APPROVER, PASSWORD, REVIEWER, TECHNICIAN, enter
from tests.station.run.laboratory import few_points
from tests.station.stores import KINDS, Place, new_place


class ByTechnician(KeptLaboratory):
    """A laboratory in which an account measures."""

    def setup(self) -> Setup:
        return dataclasses.replace(super().setup(), by=TECHNICIAN)


@dataclass(frozen=True)
class Life:
    """Where the store is, the run, and the certificate that was amended by the one withdrawn."""

    place: Place
    folder: Path
    run: str
    first: str
    second: str


@pytest.fixture(scope="module", params=KINDS)
def life(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Life]:
    """Run, review, approve, issue, amend, withdraw; nobody changes it any more."""
    folder = tmp_path_factory.mktemp("life")
    place = new_place(request.param, folder, request)
    with open_store(place.url) as store:
        enter(store)
    laboratory = ByTechnician(folder, procedure=few_points(POINTS), store_url=place.url)
    laboratory.begin(operator=ScriptedOperator(TECHNICIAN, {"°C": 23.1, "%": 52.0}))
    run, out = laboratory.run, str(folder / "papers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATION_STORE", place.url)

        def done(by: str, *words: str) -> None:
            # Whoever takes it takes it away.
            patch.setenv("STATION_PASSWORD", PASSWORD)
            assert main([*words, "--by", by]) == Exit.DONE, words

        done(REVIEWER, "review", run, "--accept")
        done(APPROVER, "approve", run)
        done(TECHNICIAN, "certificate", "issue", run, "--out", out)
        (first,) = {path.stem for path in Path(out).iterdir()}
        amend = ("certificate", "amend", first, "--reason", "name", "--language", "vi")
        done(APPROVER, *amend, "--out", out)
        (second,) = {path.stem for path in Path(out).iterdir()} - {first}
        done(APPROVER, "certificate", "withdraw", second, "--reason", "lost")
        yield Life(place, folder, run, first, second)


NOBODYS_WORD = {"document.name", "document.media_type"}
"""What lies beside a kept file for whoever opens the database; the station reads neither, and
knows a file by its digest alone."""

Told = Callable[..., str]


@pytest.fixture
def told(life: Life, capsys: pytest.CaptureFixture[str]) -> Told:
    def tell(*words: str) -> str:
        assert main([*words, "--store", life.place.url]) == Exit.DONE, words
        return capsys.readouterr().out

    return tell


def test_its_states_and_people_are_told(life: Life, told: Told) -> None:
    shown = told("show", life.run)
    for line in (
        f"dut: issued: {life.first} ({TECHNICIAN})",
        f"dut: issued: {life.second}, takes the place of {life.first} ({APPROVER}: name)",
        f"dut: withdrawn: {life.second} ({APPROVER}: lost)",
    ):
        assert line in shown
    assert "withdrawn" in told("runs")


def test_it_is_traced_both_ways(life: Life, told: Told) -> None:
    tree = told("trace", life.first)
    for said in (life.run, "SIM-2026-0417", "(kept)", *POINTS):
        assert said in tree
    assert life.first in (touched := told("trace", "--standard", SERIAL))
    assert life.second in touched


def test_its_dossier_verifies(life: Life, told: Told, tmp_path: Path) -> None:
    path = tmp_path / "dossier.zip"
    told("dossier", life.first, str(path))
    assert verify_dossier.main([str(path)]) == 0


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_its_points_are_exported(life: Life, told: Told, tmp_path: Path, form: str) -> None:
    paths = told("export", life.run, "--format", form, "--out", str(tmp_path)).split()
    assert {Path(path).stem for path in paths} >= {"points", "readings"}
    assert all(Path(path).stat().st_size for path in paths)
    if form == "json":
        points = json.loads((tmp_path / "points.json").read_text("utf-8"))
        assert sorted(point["point"] for point in points) == sorted(POINTS)


def test_it_fulfils_its_checkpoint_and_a_cut_store_does_not(
    life: Life, told: Told, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = str(tmp_path / "checkpoint.json")
    assert "all as written" in told("audit", "--checkpoint", path)
    told("audit", "--against", path)
    cut = copied(life, tmp_path, request)
    cut.tamper("DELETE FROM register WHERE seq = (SELECT max(seq) FROM register)")
    assert main(["audit", "--against", path, "--store", cut.url]) == Exit.REFUSED


def copied(life: Life, folder: Path, request: pytest.FixtureRequest) -> Place:
    """Another store of the same kind that holds the same."""
    place = new_place("sqlite" if life.place.is_file else "postgresql", folder, request)
    with open_store(life.place.url) as source, open_store(place.url) as target:
        copy(source, target)
    return place


def test_a_changed_value_of_any_column_is_found(
    life: Life, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """One letter, bit, number or microsecond of each column of each table, one at a time."""
    place, chance = copied(life, tmp_path, request), random.Random(1)
    with open_store(place.url) as store:
        before, unfound = content_of(store), []
        for name in APPEND_ONLY:
            table = METADATA.tables[name]
            with place.connected() as connection:
                rows = connection.execute(sa.select(table).order_by(*table.primary_key)).all()
            row = chance.choice(rows)._asdict()
            for column in table.columns:
                there = {**row, column.name: other(row[column.name], chance)}
                replaced(place, table, row, there)
                if not audit(store).faults:
                    unfound.append(f"{name}.{column.name}")
                replaced(place, table, there, row)
        assert content_of(store) == before
    assert set(unfound) == NOBODYS_WORD


def replaced(place: Place, table: sa.Table, old: dict[str, object], new: dict[str, object]) -> None:
    """Put a row in the place of another, as the owner of the database can."""
    with place.unguarded() as connection:
        keys = [column == old[column.name] for column in table.primary_key.columns]
        assert connection.execute(table.update().where(*keys).values(new)).rowcount == 1


def other(value: object, chance: random.Random) -> object:
    """The least that can be changed of a value, at a place of chance."""
    match value:
        case datetime():
            return value + timedelta(microseconds=1)
        case int():
            return value + 1000
        case bytes():
            at = chance.randrange(len(value))
            return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
        case str():
            at = chance.randrange(max(len(value), 1))
            changed = chr(ord(value[at]) ^ 1) if value else "x"
            return value[:at] + changed + value[at + 1 :]
    raise TypeError(value)
