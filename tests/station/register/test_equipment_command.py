"""`station equipment`: files in, files out, and what a person is told."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from station.bench_file import parse_standard
from station.cli.main import main
from station.records.audit import audit
from station.records.store import open_store
from station.register import book
from station.register.state import Equipment, Register
from station.register.toml_text import loads
from tests.station.register.dcc_examples import certificate, column, table, thermometer
from tests.station.register.test_equipment_foreign import coefficients


class Desk:
    """The command line on one store, used by two people."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.url = str(folder / "station.db")
        self._capsys = capsys

    def __call__(self, *argv: str, by: str = "") -> str:
        """Do it, and return what was printed."""
        code, said, wrong = self.try_(*argv, by=by)
        assert code == 0, wrong
        return said

    def try_(self, *argv: str, by: str = "") -> tuple[int, str, str]:
        person = ("--by", by) if by else ()
        code = main(["equipment", *argv, *person, "--store", self.url])
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def file(self, name: str, content: bytes | str) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def register(self) -> Register:
        with open_store(self.url) as store:
            assert audit(store).faults == ()
            return book.read(store)

    def one(self, name: str) -> Equipment:
        return self.register().equipment[name]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


SENSOR = ("--title", "Sensor", "--maker", "Sensor Works", "--type", "TS-100", "--serial", "SN-12")


def moved(celsius: str, dated: str, number: str) -> bytes:
    """The thermometer a time later, all its errors larger by some degrees."""
    content = thermometer(number=number, dated=dated)
    for old, new in (
        ("0.002 0.009 -0.003 0.0310", f"{celsius} 0.009 -0.003 0.0310"),
        ("306.248 ", f"{Decimal('306.25') - Decimal(celsius)} "),
        ("33.098 ", f"{Decimal('33.10') - Decimal(celsius)} "),
    ):
        content = content.replace(old.encode(), new.encode())
    return content


def test_a_piece_of_equipment_by_command(desk: Desk) -> None:
    said = desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    assert " ".join(said.split()) == (
        "T-01 Sensor Works TS-100, SN-12 no certificate no certificate"
    )
    desk("add", "T-01", "--location", "Room 3", by="binh")
    entered = desk.one("T-01").entered
    assert (entered.title, entered.location, entered.by) == ("Sensor", "Room 3", "binh")
    code, _, wrong = desk.try_("add", "T-02", "--title", "x", by="an")
    assert (code, "give --maker, --type, --serial" in wrong) == (2, True)
    code, _, wrong = desk.try_("add", "T-01", "--interval", "0", by="an")
    assert (code, "interval_months" in wrong) == (2, True)


def test_a_certificate_waits_until_a_person_accepts_it(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    said = desk("import", desk.file("a.xml", thermometer()), by="an")
    assert "T-01: certificate GP-2026-7 of 2026-03-04, due 2027-03-04, waits" in said
    assert "station equipment accept T-01" in said
    assert desk.one("T-01").in_use is None
    desk("accept", "T-01", by="binh")
    used = desk.one("T-01").in_use
    assert used is not None
    assert used.source == "DCC 3.3.0"
    code, _, wrong = desk.try_("import", desk.file("a.xml", thermometer()), by="an")
    assert (code, "was entered before" in wrong) == (4, True)


def test_unknown_equipment_is_entered_from_the_certificate(desk: Desk) -> None:
    path = desk.file("a.xml", thermometer())
    code, _, wrong = desk.try_("import", path, by="an")
    assert (code, "Give --due DATE or --interval MONTHS" in wrong) == (2, True)
    assert not desk.register().equipment
    desk("import", path, "--equipment", "T-09", "--due", "2027-01-31", "--accept", by="an")
    found = desk.one("T-09")
    assert (found.entered.title, found.entered.maker) == ("Temperature sensor", "Sensor Works")
    assert found.in_use is not None
    assert str(found.in_use.due) == "2027-01-31"


def test_a_jump_is_shown_and_needs_a_reason(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    desk("import", desk.file("a.xml", thermometer()), "--accept", by="an")
    path = desk.file("b.xml", moved("0.502", "2026-09-04", "GP-2026-8"))
    code, _, wrong = desk.try_("import", path, "--accept", by="an")
    assert (code, "1 finding(s)" in wrong, "needs --reason" in wrong) == (4, True, True)
    said = desk("import", path, by="an")
    assert "!   temperature 33.1 °C: -0.5 against GP-2026-7" in said
    assert "E_n = -5.80" in said
    shown = desk("show", "T-01")
    assert "WAITS FOR ACCEPTANCE" in shown
    assert "was accepted by nobody, 1 finding(s)" in shown
    (worst,) = [line for line in shown.splitlines() if line.endswith("-5.80  !")]
    assert worst.split()[:4] == ["temperature", "33.1", "°C", "-0.5"]
    code, _, wrong = desk.try_("accept", "T-01", by="binh")
    assert code == 4
    desk("accept", "T-01", "--reason", "fell, then calibrated; compared with T-02", by="binh")
    used = desk.one("T-01").in_use
    assert used is not None
    assert used.number == "GP-2026-8"


def test_after_an_adjustment_what_was_found_is_compared(desk: Desk) -> None:
    from tests.station.register.dcc_examples import result_of

    def results(error: str) -> str:
        return table(
            "T",
            column("33.10", "\\degreecelsius", kind="basic_measuredValue"),
            column(error, "\\kelvin", kind="basic_measurementError", expanded="0.061"),
        )

    both = result_of(results("0.50"), status="beforeAdjustment")
    both += result_of(results("0.00"), status="afterAdjustment")
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    first = certificate(results("0.00"))
    desk("import", desk.file("a.xml", first), "--accept", by="an")
    later = certificate("", measurement=both, number="GP-2026-8", dated="2026-09-04")
    said = desk("import", desk.file("b.xml", later), by="an")
    assert "temperature 33.1 °C: -0.5 against GP-2026-7" in said


def test_stability_and_ranges_are_those_of_the_standard(desk: Desk) -> None:
    """A foreign certificate does not know them: they come from the one before."""
    mapping = '[[table]]\nlist = "Measuring results"\n'
    mapping += "stability = [{ days = 400, floor = 0.050 }]\n"
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    first = desk(
        "import",
        desk.file("a.xml", thermometer()),
        "--mapping",
        desk.file("m.toml", mapping),
        "--accept",
        by="an",
    )
    assert "stability" not in first
    second = desk.file("b.xml", thermometer(number="GP-2026-8", dated="2026-09-04"))
    assert "stability" not in desk("import", second, by="an")
    with open_store(desk.url) as store:
        kept = loads(store.document(desk.one("T-01").certificates[1].document), name="x")
    (only,) = kept["table"][0]["range"]
    assert (str(only["low"]), str(only["high"])) == ("33.10", "250.20")
    assert str(only["stability"][0]["floor"]) == "0.05"


def test_coefficients_of_a_foreign_certificate_give_its_values(desk: Desk) -> None:
    mapping = """
        [[equation]]
        list = "T"
        quantity = "temperature"
        unit = "Ω"
        argument_unit = "°C"
        gives = "indication"
        low = 0
        high = 400.0
        function = "callendar"
        coefficients = { R0 = "R0", A = "A", B = "B" }
        stability = [{ days = 400, floor = 0.010 }]
        """
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    argv = ("import", desk.file("a.xml", coefficients()), "--mapping", desk.file("m.toml", mapping))
    desk(*argv, "--accept", "--reason", "compared", by="an")
    with open_store(desk.url) as store:
        kept = store.document(desk.one("T-01").certificates[0].document)
    certificate = parse_standard("", kept, name="x").certificate
    value = certificate.measured("temperature", 100.003 * (1 + 0.39083 - 0.0057750))
    assert value.value == pytest.approx(100.0, abs=1e-9)


def test_files_out_and_in_again_keep_every_digit(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    desk("import", desk.file("a.xml", thermometer()), "--accept", by="an")
    desk("check", "T-01", "--passed", "--on", "2020-01-02", "--note", "ice point", by="an")
    desk("export", "--out", str(desk.folder / "out"))
    written = (desk.folder / "out" / "T-01.toml").read_text(encoding="utf-8")
    assert "{ nominal = 250.20, deviation = -0.0310, U = 0.080, k = 2.00 }" in written
    other = Desk(desk.folder / "elsewhere", desk._capsys)
    other.folder.mkdir()
    other("import", other.file("T-01.toml", written), by="chi")
    other("import", other.file("T-01.toml", written), by="chi")  # twice is once
    one, two = desk.one("T-01"), other.one("T-01")
    assert one.certificates[0].document == two.certificates[0].document
    assert [each.note for each in two.history] == ["ice point"]
    assert two.accepted == ()
    other("export", "--out", str(other.folder))
    assert (other.folder / "T-01.toml").read_text(encoding="utf-8") == written


def test_no_name_leads_out_of_the_folder(desk: Desk) -> None:
    desk("add", "../../T/01", *SENSOR, by="an")
    said = desk("export", "--out", str(desk.folder / "out"))
    assert said.strip() == str(desk.folder / "out" / "T_01.toml")


@pytest.mark.parametrize(
    "argv",
    [
        ("retire", "T-01", "--reason", "\udcff"),
        ("service", "T-01", "damage", "--note", "\udcff"),
        ("add", "T-01", "--location", "R\udcff"),
    ],
    ids=lambda argv: str(argv[0]),
)
def test_what_is_no_text_is_refused(desk: Desk, argv: tuple[str, ...]) -> None:
    desk("add", "T-01", *SENSOR, by="an")
    code, _, wrong = desk.try_(*argv, by="an")
    assert (code, "internal error" in wrong) == (2, False)
    assert len(desk.one("T-01").log) == 1


def test_lists(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    desk("import", desk.file("a.xml", thermometer()), "--due", "2026-04-01", "--accept", by="an")
    desk("add", "B-01", "--title", "Box", "--maker", "M", "--type", "B", "--serial", "7", by="an")
    desk("retire", "B-01", "--reason", "sold", by="an")
    assert [line.split()[0] for line in desk("list").splitlines()] == ["B-01", "T-01"]
    assert [line.split()[0] for line in desk("list", "--find", "sensor").splitlines()] == ["T-01"]
    (due,) = json.loads(desk("due", "--json"))
    assert (due["equipment"], due["due"], due["in_use"]) == ("T-01", "2026-04-01", "GP-2026-7")
    history = desk("history", "T-01").splitlines()
    assert [line.split()[2] for line in history] == [
        "equipment-entered", "certificate-entered", "certificate-accepted",
    ]  # fmt: skip
    code, _, wrong = desk.try_("show", "T-02")
    assert (code, "Did you mean 'T-01'?" in wrong) == (2, True)


def test_wrong_equipment_is_refused(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR[:-1], "SN-99", by="an")
    code, _, wrong = desk.try_(
        "import",
        desk.file("a.xml", thermometer()),
        "--equipment",
        "T-01",
        "--interval",
        "9",
        by="an",
    )
    assert (code, "is of serial SN-12; T-01 has SN-99" in wrong) == (4, True)


def test_a_certificate_that_steers_a_terminal_is_refused(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    desk("import", desk.file("a.xml", thermometer()), by="an")
    desk("export", "T-01", "--format", "certificate", "--out", str(desk.folder))
    (kept,) = desk.folder.glob("T-01_*.toml")
    evil = kept.read_text("utf-8").replace("GP-2026-7", "GP\\u009b2J")
    code, _, wrong = desk.try_("import", desk.file("evil.toml", evil), by="an")
    assert (code, "has characters that are no letters" in wrong) == (2, True)
    assert "\x9b" not in wrong


def test_another_makers_instrument_with_the_same_serial_number_is_doubted(desk: Desk) -> None:
    other = ("--title", "Meter", "--maker", "Fluke", "--type", "5522A", "--serial", "SN-12")
    desk("add", "CAL-01", *other, "--interval", "12", by="an")
    said = desk("import", desk.file("a.xml", thermometer()), by="an")
    assert "!   It is of a Sensor Works TS-100; serial SN-12 is a Fluke 5522A here." in said


def test_a_certificate_of_a_day_to_come_is_doubted(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    said = desk("import", desk.file("a.xml", thermometer(dated="2999-01-01")), by="an")
    assert "!   It is of 2999-01-01; today is " in said


def test_a_rejected_certificate_leaves_the_one_before_in_use(desk: Desk) -> None:
    desk("add", "T-01", *SENSOR, "--interval", "12", by="an")
    desk("import", desk.file("a.xml", thermometer()), "--accept", by="an")
    later = thermometer(number="GP-2026-8", dated="2026-09-04")
    desk("import", desk.file("b.xml", later), "--accept", by="an")
    desk("reject", "T-01", "GP-2026-8", "--reason", "another sensor's", by="an")
    used = desk.one("T-01").in_use
    assert used is not None
    assert used.number == "GP-2026-7"
    assert "another sensor's" in desk("history", "T-01")


HOSTILE: dict[str, tuple[bytes, str]] = {
    "larger than any certificate": (b"#" * 20_000_001, "larger than 20000000 bytes"),
    "deep TOML": (b"equipment = " + b"[" * 100_000, "not TOML"),
    "a whole number without end": (b"equipment = " + b"9" * 5_000, "not TOML"),
    "not text": (b"\xff\x00", "not UTF-8"),
    "an infinite figure": (b"[certificate]\nnumber = 1e999999999\n", "certificate.number"),
    "equipment without a serial number": (
        b'[equipment]\nid = "A"\ntitle = "t"\nmaker = "m"\ntype = "t"\n',
        "'equipment.serial' is missing",
    ),
    "a name that steers a terminal": (
        b'[equipment]\nid = "A\\u001b[2J"\ntitle = "t"\nmaker = "m"\ntype = "t"\nserial = "1"\n',
        "has a character that cannot be printed",
    ),
    "a note that steers a terminal": (
        b'[equipment]\nid = "A"\ntitle = "t"\nmaker = "m"\ntype = "t"\nserial = "1"\n'
        b'note = "\\u009b2J"\n',
        "should match pattern",
    ),
    "a certificate of nobody here": (b'[certificate]\nnumber = "1"\n', "is missing"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_broken_is_refused_in_a_sentence(desk: Desk, name: str) -> None:
    content, words = HOSTILE[name]
    code, _, wrong = desk.try_("import", desk.file("x", content), "--due", "2027-01-01", by="an")
    assert code == 2
    assert words in wrong
    assert not desk.register().equipment
