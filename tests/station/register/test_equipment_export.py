"""Out of the register and in again: DCC, msl-equipment and TOML say the same to the digit."""

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from station.certificate.findings import Weight
from station.certificate.reading import parse
from station.certificate.rules import findings
from station.certificate.schema import schema_findings
from station.cli.main import main
from station.clock import SystemClock
from station.errors import BadInput, Refused
from station.records.store import Store, open_store
from station.register import book
from station.register import entries as e
from station.register.equipment import Acceptance
from station.register.equipment_export import exported
from station.register.equipment_intake import Wish, take_in
from station.register.imports import dcc, msl
from station.register.imports.mapping import MappingFile
from station.register.toml_text import loads
from tests.station.register import dcc_examples as example
from tests.station.register.test_equipment_msl import CVD, EQUATION, equipment, measurand, report
from tests.station.register.test_equipment_msl import register as msl_register

CALIBRATOR = e.EquipmentEntered(
    by="an", equipment="CAL-01", title="Calibrator", maker="Fluke", type="5522A", serial="4872301"
)

EVERYTHING = """
[certificate]
number = 'V/24 "x" & <y>'
issuer = "Viện đo lường"
date = 2026-01-15
due = 2027-01-15
standard = "Fluke 5522A"
serial = "4872301"
traceability = "SI"

[[table]]
quantity = "dc-voltage"
unit = "mV"

[[table.range]]
low = -3
high = 3.0000
nonlinearity = 0.00
stability = [
  { days = 90, ppm = 8.0 },
  { days = 365, ppm = 11.0, floor = 2.00E-6 },
]
points = [
  { nominal = -3, deviation = -4.10E-6, U = 6.0E-6, k = 2 },
  { nominal = 0.0, deviation = 0.20E-6, U = 8E-7, k = 2.00, dof = 60 },
  { nominal = 3, deviation = 1.20E+1, U = 1.0E-30, k = 1.96, dof = 60 },
]

[[table]]
quantity = "ac-voltage"
unit = "V"

[[table.range]]
low = 0.1
high = 3
hertz_low = 10
hertz_high = 100000.0
between_frequencies = "logarithmic"
hertz_nonlinearity = 0.0000010
points = [
  { nominal = 1.000, deviation = 0, U = 0.00010, k = 2, hertz = 45.0 },
  { nominal = 1.000, deviation = -0.0, U = 0.00010, k = 2, hertz = 1E+3 },
]

[[equation]]
quantity = "humidity"
unit = "%rh"
argument_unit = "%rh"
gives = "value"
low = 10.0
high = 90
expression = "unity*(x - 7.1310e-2 + 3.412e-4*x**2)"
fit_uncertainty = 0.355
coefficients = [
  { name = "unity", value = 1, u = 0 },
]
"""

UNCERTAIN = """
[[equation]]
quantity = "temperature"
unit = "Ω"
argument_unit = "°C"
gives = "indication"
low = 0.0
high = 400.0
function = "callendar"
k = 2.0
coefficients = [
  { name = "R0", value = 100.0030, u = 0.0010 },
  { name = "A", value = 0.0039083, u = 1E-7 },
  { name = "B", value = -5.775E-7, u = 2.0E-10 },
]
correlations = [["A", "B", -0.950]]
"""


def demo() -> bytes:
    return (files("station") / "demo" / "calibrator-certificate.toml").read_bytes()


KEPT = {
    "the demonstration's": demo,
    "everything that can be stated": EVERYTHING.encode,
    "correlated coefficients": (EVERYTHING + UNCERTAIN).encode,
}


def filled(store: Store, content: bytes) -> None:
    book.act(store, SystemClock(), lambda _: [CALIBRATOR])
    wish = Wish(by="an", acceptance=Acceptance("binh", "seen"))
    take_in(store, SystemClock(), content, name="c.toml", wish=wish)


def written(store: Store, format_: str) -> tuple[bytes, list[str]]:
    chosen = [*book.read(store).equipment.values()]
    files_, notes = exported(store, chosen, format_)
    ((_, content),) = files_
    return content, notes


def figures(part: Any) -> Any:
    """A file with its numbers as written, in whatever order its keys stand."""
    if isinstance(part, dict):
        return {key: figures(part[key]) for key in sorted(part)}
    if isinstance(part, list):
        return [figures(each) for each in part]
    return str(part)


def figures_of(content: bytes) -> Any:
    return figures(loads(content, name="x"))


@pytest.mark.parametrize("name", KEPT)
def test_toml_to_register_to_dcc_to_register_keeps_every_digit(tmp_path: Path, name: str) -> None:
    content = KEPT[name]()
    with open_store(str(tmp_path / "one.db")) as store:
        filled(store, content)
        xml, _ = written(store, "dcc")
        assert written(store, "certificate")[0] == content
    root = parse(xml, name="x.xml")
    assert [each.what for each in schema_findings(root)] == []
    assert [each.what for each in findings(root) if each.weight is Weight.ERROR] == []
    with open_store(str(tmp_path / "other.db")) as other:
        wish = Wish(by="chi", equipment="STD-7", acceptance=Acceptance("chi", "compared"))
        (taken,) = take_in(other, SystemClock(), xml, name="x.xml", wish=wish)
        (kept,) = book.read(other).equipment["STD-7"].certificates
        again = other.document(kept.document)
        assert other.document(kept.original) == xml
    assert taken.accepted
    assert figures_of(again) == figures_of(content)


def test_a_transcription_says_so_and_is_accepted_only_with_a_reason(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "one.db")) as store:
        filled(store, demo())
        xml, _ = written(store, "dcc")
    assert b"<dcc:uniqueIdentifier>transcription of SIM-2026-0417</dcc:uniqueIdentifier>" in xml
    assert b"It is not the issuer's certificate and not signed" in xml
    with open_store(str(tmp_path / "other.db")) as other:
        wish = Wish(by="chi", acceptance=Acceptance("chi"))
        with pytest.raises(Refused, match="It is a transcription"):
            take_in(other, SystemClock(), xml, name="x.xml", wish=wish)


def test_a_coverage_factor_that_a_dcc_has_not_is_refused(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "one.db")) as store:
        filled(store, EVERYTHING.replace("k = 1.96", "k = 0.5").encode())
        with pytest.raises(BadInput, match=r"point 3: k = 0.5; a DCC has no coverage factor"):
            written(store, "dcc")


def test_two_files_of_one_name_do_not_become_one(tmp_path: Path) -> None:
    twin = {"equipment": "CAL/01", "serial": "7"}
    with open_store(str(tmp_path / "one.db")) as store:
        one = CALIBRATOR.model_copy(update={"equipment": "CAL 01"})
        book.act(store, SystemClock(), lambda _: [one, CALIBRATOR.model_copy(update=twin)])
        with pytest.raises(BadInput, match=r"Two files would be called CAL_01\.toml"):
            exported(store, [*book.read(store).equipment.values()], "toml")


def changed(old: bytes, new: bytes) -> bytes:
    entered = e.CertificateEntered(
        by="an", equipment="CAL-01", number="SIM-2026-0417", issuer="L", dated=date(2026, 9, 14),
        due=date(2027, 9, 13), document="d", source="s",
    )  # fmt: skip
    from station.register.equipment_dcc import transcribe
    from station.register.state import Equipment

    xml = transcribe(Equipment(CALIBRATOR), entered, loads(demo(), name="x"))
    assert old in xml
    return xml.replace(old, new)


SERIAL = b"<dcc:value>4872301</dcc:value>"

BROKEN = {
    "figures of another": (SERIAL, b"<dcc:value>4872302</dcc:value>", "with figures of another"),
    "no day": (b">2027-09-13<", b">soon<", "due 'soon' is not a day"),
    "no number": (b"<si:value>365<", b"<si:value>365,0<", "is not a number"),
    "without its own table": (b">certificate<", b">other<", "without the certificate's own table"),
    "columns of different lengths": (
        b"<si:valueXMLList>-3.0 ", b"<si:valueXMLList>", "columns of different lengths",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_transcription_that_was_changed_is_refused(name: str) -> None:
    old, new, words = BROKEN[name]
    with pytest.raises(BadInput, match=words):
        dcc.transcribed(changed(old, new), name="x.xml")


@pytest.mark.parametrize("name", [*KEPT][:2])
def test_toml_to_register_to_msl_to_register_keeps_every_digit(tmp_path: Path, name: str) -> None:
    content = KEPT[name]()
    with open_store(str(tmp_path / "one.db")) as store:
        filled(store, content)
        xml, notes = written(store, "msl")
    (found,) = msl.read(xml, name="r.xml", mapping=MappingFile(), by="chi")
    assert (notes, found.notes) == ([], ())
    assert found.equipment == CALIBRATOR.model_copy(update={"by": "chi"})
    assert [figures(tree) for tree in found.certificates] == [figures_of(content)]


def test_what_a_register_of_msl_has_no_place_for_is_told(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "one.db")) as store:
        filled(store, (EVERYTHING + UNCERTAIN).encode())
        _, notes = written(store, "msl")
    assert len(notes) == 1
    assert "the equation of temperature has uncertain coefficients" in notes[0]


def test_msl_to_register_to_msl(tmp_path: Path) -> None:
    """What was taken in from such a register goes out as it came, and is the same again."""
    twice = [report("R-1", EQUATION), report("R-2", CVD)]
    content = msl_register(
        equipment(measurand(twice[0], "Humidity") + measurand(twice[1], "Temperature"))
    )
    first = msl.read(content, name="r.xml", mapping=MappingFile(), by="an")
    with open_store(str(tmp_path / "one.db")) as store:
        take_in(store, SystemClock(), content, name="r.xml", wish=Wish(by="an"))
        xml, notes = written(store, "msl")
    assert notes == []
    assert msl.read(xml, name="r.xml", mapping=MappingFile(), by="an") == first
    for figure in (b">100.0189</msl:R0>", b">-6.0560E-7</msl:B>", b"3.412e-4*pow(x,2)"):
        assert figure in xml


def test_a_certificate_comes_out_as_it_came(tmp_path: Path) -> None:
    column = example.column("0 10", r"\volt", kind="basic_nominalValue")
    error = example.column("1e-6 2e-6", r"\volt", kind="basic_measurementError", expanded="1e-6")
    came = example.certificate(example.table("DC voltage", column, error))
    with open_store(str(tmp_path / "one.db")) as store:
        take_in(store, SystemClock(), came, name="c.xml", wish=Wish(by="an", interval_months=12))
        (equipment,) = book.read(store).equipment.values()
        ((name, content),), notes = exported(store, [equipment], "original")
    assert (name, notes) == ("SN-12_GP-2026-7.xml", [])
    assert content == came


def test_the_command_writes_each_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = str(tmp_path / "one.db")
    with open_store(url) as store:
        filled(store, EVERYTHING.encode())
    for format_ in ("toml", "certificate", "original", "dcc", "msl"):
        argv = ["equipment", "export", "CAL-01", "--format", format_, "--store", url]
        assert main([*argv, "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [
        "CAL-01.toml", "CAL-01_V_24_x_y.toml", "CAL-01_V_24_x_y.xml", "register.xml",
    ]  # fmt: skip
