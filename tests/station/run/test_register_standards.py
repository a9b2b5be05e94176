"""Runs take their standards from the register, and ask it how they stand."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from station.certificate.issue import issue
from station.certificate.reading import parse, text_of
from station.cli.main import main
from station.clock import SystemClock
from station.errors import OutOfCalibration, OutOfReach
from station.records.store import Store, open_store
from station.register import book
from station.register import entries as e
from station.register.equipment import Acceptance
from station.register.equipment_bench import with_register
from station.register.equipment_intake import Wish, take_in
from station.register.equipment_usage import usage
from station.register.imports.mapping import MappingFile, StatedStability, TableMapping
from station.register.toml_text import loads
from station.run.carry_out import Session, begin
from station.run.entries import Measured
from station.run.setup import Setup
from station.run.state import RunState
from tests.station.register.dcc_examples import certificate as dcc
from tests.station.register.dcc_examples import column, item_of, table
from tests.station.run.laboratory import Laboratory, certificate, few_points, script
from tests.station.stores import Place

CLOCK = SystemClock()
SERIAL = "4872301"
CALIBRATOR = e.EquipmentEntered(
    by="an", equipment="CAL-01", title="Calibrator", maker="Fluke", type="5522A", serial=SERIAL
)
WHO = {"by": "an", "equipment": "CAL-01"}
OVERDUE = "2026-09-15"
"""A due date before the simulated bench's 2026-11-02."""


def from_register(laboratory: Laboratory, **entry: str) -> Setup:
    """The laboratory's setup with the calibrator's certificate left to the register."""
    bench = laboratory.file
    said = {"certificate": "register", "serial": SERIAL, **entry}
    calibrator = bench.instruments["calibrator"].model_copy(update=said)
    instruments = {**bench.instruments, "calibrator": calibrator}
    file = bench.model_copy(update={"instruments": instruments})
    return dataclasses.replace(laboratory.setup(), bench=file, standards={})


def carry_out(laboratory: Laboratory, setup: Setup, store: Store) -> RunState:
    session = Session(store, script(), lambda row, state: None, laboratory.stop)
    return begin(with_register(setup, store), session, lambda run: setattr(laboratory, "run", run))


def write(store: Store, *entries: e.Entry) -> None:
    book.act(store, CLOCK, lambda register: entries)


def take(store: Store, content: bytes, *, accepted: bool = True) -> None:
    acceptance = Acceptance("binh", "seen") if accepted else None
    take_in(store, CLOCK, content, name="c", wish=Wish(by="an", acceptance=acceptance))


def due(day: str) -> bytes:
    return certificate(lambda text: text.replace("due = 2027-09-13", f"due = {day}"))


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def test_a_run_uses_the_accepted_certificate(laboratory: Laboratory) -> None:
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        take(store, certificate())
        state = carry_out(laboratory, from_register(laboratory), store)
        used = book.read(store).equipment["CAL-01"].in_use
    assert used is not None
    assert state.begun is not None
    (bound,) = [each for each in state.begun.instruments if each.role == "calibrator"]
    assert (bound.certificate, bound.certificate_digest) == (used.number, used.document)
    assert state.begun.overrides == ()


def done(what: str, *, passed: bool | None = None) -> e.Serviced:
    return e.Serviced(**WHO, what=e.ServiceKind(what), on=date(2026, 10, 1), passed=passed)


REFUSED: dict[str, tuple[Sequence[e.Entry | bytes], dict[str, str], str]] = {
    "not in the register": ((), {}, r"no equipment serial 4872301\. Enter it"),
    "another serial": (
        (CALIBRATOR, certificate()),
        {"serial": "4872302"},
        "no equipment serial 4872302",
    ),
    "another maker": (
        (CALIBRATOR, certificate()),
        {"maker": "Wavetek"},
        "no equipment Wavetek serial",
    ),
    "no certificate": ((CALIBRATOR,), {}, "it has no certificate in use"),
    "overdue": ((CALIBRATOR, due(OVERDUE)), {}, f"was due {OVERDUE}; today is 2026-11-02"),
    "retired": (
        (CALIBRATOR, certificate(), e.EquipmentRetired(**WHO, reason="sold")),
        {},
        "out of service: sold",
    ),
    "damaged": ((CALIBRATOR, certificate(), done("damage")), {}, "damaged on 2026-10-01"),
    "adjusted since": (
        (CALIBRATOR, certificate(), done("adjustment")),
        {},
        "adjusted on 2026-10-01",
    ),
    "failed a check": (
        (CALIBRATOR, certificate(), done("intermediate check", passed=False)),
        {},
        "failed check on 2026-10-01",
    ),
    "found bad": (
        (CALIBRATOR, certificate(), e.FoundBad(**WHO, since=date(2026, 9, 20), reason="fell")),
        {},
        "found bad since 2026-09-20: fell; found on ",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_standard_that_may_not_be_used_stops_a_run(laboratory: Laboratory, name: str) -> None:
    entries, entry, words = REFUSED[name]
    with open_store(laboratory.url) as store:
        for each in entries:
            if isinstance(each, bytes):
                take(store, each)
            else:
                write(store, each)
        with pytest.raises(OutOfCalibration, match=words):
            carry_out(laboratory, from_register(laboratory, **entry), store)
        assert store.runs() == []


def test_a_certificate_that_nobody_accepted_stops_a_run(laboratory: Laboratory) -> None:
    later = certificate(
        lambda text: (
            text.replace("SIM-2026-0417", "SIM-2026-0500")
            .replace("date = 2026-09-14", "date = 2026-10-14")
            .replace("deviation = 1.8e-06", "deviation = 1.8e-04")
        )
    )
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        take(store, certificate())
        take(store, later, accepted=False)
        words = r"SIM-2026-0500 of 2026-10-14 was accepted by nobody, 2 finding\(s\)"
        with pytest.raises(OutOfCalibration, match=words):
            carry_out(laboratory, from_register(laboratory), store)


def test_a_reviewer_lifts_overdue_and_it_is_on_record(laboratory: Laboratory) -> None:
    decided = e.OverrideDecided(
        by="chi",
        equipment="CAL-01",
        refusal="overdue",
        until=date(2026, 11, 2),
        reason="spare away",
    )
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        take(store, due(OVERDUE))
        write(store, decided)
        state = carry_out(laboratory, from_register(laboratory), store)
        write(store, done("damage"))
        with pytest.raises(OutOfCalibration, match="damaged"):
            carry_out(laboratory, from_register(laboratory), store)
    assert state.begun is not None
    (override,) = state.begun.overrides
    assert (override.role, override.by, override.until, override.reason) == (
        "calibrator", "chi", date(2026, 11, 2), "spare away",
    )  # fmt: skip


def test_a_reviewer_lifts_what_is_out_of_proportion_and_it_is_on_record(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    slipped = certificate(lambda text: text.replace("deviation = 1.8e-06", "deviation = 1.8e-02"))
    decided = e.OverrideDecided(
        **{**WHO, "by": "chi"}, refusal="implausible", until=date(2026, 12, 1), reason="it is so"
    )
    laboratory.procedure = few_points(("dc-voltage/1 V/1 V",))
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        take(store, slipped)
        with pytest.raises(OutOfReach, match="out of proportion: compare with the paper"):
            carry_out(laboratory, from_register(laboratory), store)
        write(store, decided)
        state = carry_out(laboratory, from_register(laboratory), store)
        issued = issue(
            store, laboratory.run, by="chi", now=CLOCK.now(), order=None, laboratory=None
        )
    assert state.begun is not None
    assert [each.refusal for each in state.begun.overrides] == ["implausible"]
    assert main(["trace", issued.number, "--store", laboratory.url]) == 0
    said = "  implausible, lifted by chi until 2026-12-01: it is so\n"
    assert said in capsys.readouterr().out


def test_a_standard_found_bad_stops_and_what_it_touched_is_told(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    laboratory.procedure = few_points(("dc-voltage/1 V/1 V",))
    corrected = laboratory.folder / "corrected.toml"
    corrected.write_bytes(
        certificate(lambda text: text.replace("deviation = 1.8e-06", "deviation = 2.8e-06"))
    )
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        take(store, certificate())
        carry_out(laboratory, from_register(laboratory), store)
        issued = issue(
            store, laboratory.run, by="chi", now=CLOCK.now(), order=None, laboratory=None
        )
    argv = ["equipment", "found-bad", SERIAL, "--since", "2026-10-01", "--reason", "fell"]
    argv += ["--by", "chi", "--store", laboratory.url]
    assert main([*argv, "--corrected", str(corrected)]) == 0
    told = capsys.readouterr().out
    assert "found bad by chi, since 2026-10-01: fell" in told
    assert issued.number in told
    # By how much is `station trace`'s to say (tests/station/records); here it was asked.
    assert "results told, " in told
    assert main(argv) == 0
    assert "--standard CAL-01 --since 2026-10-01 --corrected" in capsys.readouterr().out
    assert main(["equipment", "show", "CAL-01", "--store", laboratory.url, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    (used,) = shown["used"]
    assert (shown["runs"], used["run"], used["people"]) == (1, laboratory.run, ["tester"])
    assert 0 < used["hours"] < 1
    with open_store(laboratory.url) as store, pytest.raises(OutOfCalibration, match="found bad"):
        carry_out(laboratory, from_register(laboratory), store)


def test_who_used_a_standard_when_and_how_long_is_known(place: Place, tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path, store_url=place.url)
    laboratory.procedure = few_points(("dc-voltage/1 V/1 V",))
    with open_store(place.url) as store:
        write(store, CALIBRATOR)
        take(store, certificate())
        equipment = book.read(store).equipment["CAL-01"]
        assert usage(store, equipment, newest=5) == (0, [])
        carry_out(laboratory, from_register(laboratory), store)
        first = laboratory.run
        carry_out(laboratory, from_register(laboratory), store)
        count, (newest,) = usage(store, equipment, newest=1)
        other = {"equipment": "CAL-02", "maker": "Wavetek"}
        write(store, CALIBRATOR.model_copy(update=other))
        twin = book.read(store).equipment["CAL-02"]
        # Nothing tells it from the other as long as it has no certificate of its own.
        assert usage(store, twin, newest=5)[0] == 2
    assert (count, newest.run in (first, laboratory.run)) == (2, True)
    assert (newest.procedure, newest.people) == ("dmm", ("tester",))
    assert newest.begun < newest.until
    assert 0 < newest.hours < 1


def test_the_register_speaks_of_standards_that_the_bench_file_names(
    laboratory: Laboratory,
) -> None:
    """Damage is damage; which certificate is used, the bench file says."""
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        carry_out(laboratory, laboratory.setup(), store)
        write(store, done("damage"))
        with pytest.raises(OutOfCalibration, match="damaged on 2026-10-01"):
            carry_out(laboratory, laboratory.setup(), store)


def later(dated: str = "2026-10-14") -> bytes:
    return certificate(
        lambda text: text.replace("SIM-2026-0417", "SIM-2026-0500").replace("2026-09-14", dated)
    )


NAMED: dict[str, tuple[Sequence[e.Entry | bytes], str]] = {
    "rejected": (
        (
            CALIBRATOR,
            certificate(),
            e.CertificateRejected(**WHO, number="SIM-2026-0417", reason="wrong"),
        ),
        "SIM-2026-0417 was rejected in the register",
    ),
    "not in use any more": (
        (CALIBRATOR, certificate(), later()),
        "of 2026-09-14 is not in use any more: the register has SIM-2026-0500 of 2026-10-14",
    ),
    "same number, other figures": (
        (CALIBRATOR, certificate(lambda text: text.replace("1.8e-06", "1.9e-06"))),
        "the register does not have this file of certificate SIM-2026-0417",
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_bench_file_does_not_lead_around_the_register(laboratory: Laboratory, name: str) -> None:
    entries, words = NAMED[name]
    setup = laboratory.setup()
    assert setup.standards["calibrator"][1] == certificate()
    with open_store(laboratory.url) as store:
        for each in entries:
            if isinstance(each, bytes):
                take(store, each)
            else:
                write(store, each)
        with pytest.raises(OutOfCalibration, match=words):
            carry_out(laboratory, setup, store)


def test_nobody_accepted_what_the_bench_file_names(laboratory: Laboratory) -> None:
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        take(store, certificate(), accepted=False)
        with pytest.raises(OutOfCalibration, match="SIM-2026-0417 was accepted by nobody"):
            carry_out(laboratory, laboratory.setup(), store)


def test_check_prints_what_stands_against_a_standard(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    from importlib.resources import files

    text = (files("station") / "demo" / "bench.toml").read_text("utf-8")
    path = laboratory.folder / "bench.toml"
    path.write_text(text.replace('"calibrator-certificate.toml"', '"register"'), encoding="utf-8")
    command = ["check", "--bench", str(path), "--simulate", "--store", laboratory.url]
    assert main(command) == 2
    assert "There is no record store" in capsys.readouterr().err
    with open_store(laboratory.url) as store:
        write(store, CALIBRATOR)
        take(store, due(OVERDUE))
    assert main(command) == 4
    assert "NO  calibrator: overdue" in capsys.readouterr().out
    argv = ["equipment", "override", "CAL-01", "--until", "2999-01-01", "--reason", "spare away"]
    assert main([*argv, "--by", "chi", "--store", laboratory.url]) == 0
    capsys.readouterr()
    assert main(command) == 0
    said = "ok  calibrator: overdue; chi allows it until 2999-01-01: spare away"
    assert said in capsys.readouterr().out


POINTS = {
    "dc-voltage": ("\\volt", "-10 1 10", "-4.1 1.234500 40.00", "110 7.90 110.0"),
    "resistance-4w": ("\\ohm", "1000", "-2300", "9000"),
}
"""Unit, nominal values, errors and U (both in millionths), as another laboratory states them."""


def calibrator_dcc(*quantities: str) -> bytes:
    results = "".join(
        table(
            quantity,
            column(nominal, unit, kind="basic_nominalValue"),
            column(
                error,
                unit.replace("\\", "\\micro\\", 1),
                kind="basic_measurementError",
                expanded=expanded,
                k="2.10",
            ),
        )
        for quantity, (unit, nominal, error, expanded) in POINTS.items()
        if quantity in quantities
    )
    return dcc(results, items=item_of(SERIAL, maker="Fluke"), dated="2026-09-01")


def calibrator_wish(*quantities: str) -> Wish:
    tables = tuple(
        TableMapping(
            list=name, quantity=name, stability=(StatedStability(days=365, ppm=Decimal(40)),)
        )
        for name in quantities
    )
    return Wish(
        by="an",
        due=date(2027, 1, 1),
        mapping=MappingFile(table=tables),
        acceptance=Acceptance("binh", "seen"),
    )


def test_dcc_to_register_to_run_keeps_every_digit(laboratory: Laboratory) -> None:
    content, wish = calibrator_dcc(*POINTS), calibrator_wish(*POINTS)
    wanted = ("dc-voltage/1 V/1 V", "dc-voltage/10 V/-10 V", "resistance-4w/1 kΩ/1 kΩ")
    laboratory.procedure = few_points(wanted)
    with open_store(laboratory.url) as store:
        take_in(store, CLOCK, content, name="c.xml", wish=wish)
        state = carry_out(laboratory, from_register(laboratory), store)
        kept = book.read(store).equipment[SERIAL].certificates[0]
        text = store.document(kept.document).decode()
        assert store.document(kept.original) == content
    assert "{ nominal = 1, deviation = -0.000001234500, U = 0.00000790, k = 2.10 }" in text
    assert "{ nominal = 1000, deviation = 0.002300, U = 0.009000, k = 2.10 }" in text
    measured = {
        point: entry for (_, point), entry in state.results.items() if isinstance(entry, Measured)
    }
    assert set(measured) == set(wanted)
    # 1 V: actual = 1 V − 1.2345 µV; the run's reference value is that, to the last digit.
    reference = measured[wanted[0]].reference
    assert reference == pytest.approx(1 - 1.2345e-6, rel=1e-15)


def test_a_point_beyond_the_registered_certificate_stops_a_run(laboratory: Laboratory) -> None:
    with open_store(laboratory.url) as store:
        content, wish = calibrator_dcc("dc-voltage"), calibrator_wish("dc-voltage")
        take_in(store, CLOCK, content, name="c.xml", wish=wish)
        with pytest.raises(OutOfReach, match="has no 'ac-voltage', only dc-voltage"):
            carry_out(laboratory, from_register(laboratory), store)


def test_the_certificate_names_the_registered_one_and_is_read_again_to_the_digit(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    """DCC → register → run → DCC → register: what is in the file is what was stated."""
    laboratory.procedure = few_points(("dc-voltage/1 V/1 V", "dc-voltage/10 V/-10 V"))
    with open_store(laboratory.url) as store:
        content, wish = calibrator_dcc(*POINTS), calibrator_wish(*POINTS)
        take_in(store, CLOCK, content, name="c.xml", wish=wish)
        carry_out(laboratory, from_register(laboratory), store)
        now = CLOCK.now()
        issued = issue(store, laboratory.run, by="chi", now=now, order=None, laboratory=None)
        again = dataclasses.replace(wish, mapping=MappingFile())
        take_in(store, CLOCK, issued.xml, name="d.xml", wish=again)
        register = book.read(store)
        (dut,) = (e for e in register.equipment.values() if e.entered.serial != SERIAL)
        kept = loads(store.document(dut.certificates[0].document), name="x")
        standard = register.equipment[SERIAL].certificates[0]
    root = parse(issued.xml, name="d.xml")
    used = "//dcc:measuringEquipment[@refType='basic_normalUsed']/dcc:certificate"
    assert text_of(root, f"{used}/dcc:referralID") == standard.number
    # The customer can compare the issuer's document, not what the station read from it.
    assert text_of(root, f"{used}/dcc:value") == hashlib.sha256(content).hexdigest()
    assert standard.original != standard.document
    assert main(["trace", issued.number, "--store", laboratory.url]) == 0
    assert f"read from the issuer's document {standard.original}" in capsys.readouterr().out
    column_of = "//dcc:quantity[@refType='basic_measurementError']//si:{}"
    names = ("valueXMLList", "valueExpandedMUXMLList", "coverageFactorXMLList")
    error, expanded, factor = (text_of(root, column_of.format(name)).split() for name in names)
    stated = sorted(
        (Decimal(e).copy_negate(), u, k) for e, u, k in zip(error, expanded, factor, strict=True)
    )
    (quantity,) = kept["table"]
    taken = [point for each in quantity["range"] for point in each["points"]]
    assert sorted((p["deviation"], f"{p['U']:f}", str(p["k"])) for p in taken) == stated
    assert [
        str(p["deviation"].as_tuple()) for p in sorted(taken, key=lambda p: p["deviation"])
    ] == [str(value.as_tuple()) for value, _, _ in stated]
