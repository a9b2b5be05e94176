"""Several items in one run: each certificate is about one of them."""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from dcclib.validation import SchematronValidator
from lxml.etree import _Element
from pypdf import PdfReader

from station.certificate.dcc import render_dcc
from station.certificate.details import details
from station.certificate.document import Document
from station.certificate.issue import Issued, issue
from station.certificate.kinds import Kind
from station.certificate.pdf import render_pdf
from station.certificate.reading import elements, parse, text_of
from station.certificate.rules import findings
from station.certificate.schema import schema_findings, schema_folder
from station.certificate.wording import Topic
from station.cli.main import main
from station.errors import BadInput, Exit, Refused
from station.metrology.conformity import Verdict
from station.records.store import Store, open_store
from tests.station.certificate.gauges import DUTS, PRESSURES, Gauges
from tests.station.certificate.runs import ISSUED_AT, ORDER, Run, Shot

LEGAL = Gauges(legal=True)
REFUSED = Gauges(legal=True, refused="dut-2")
DOCUMENTS = {
    "calibrated": (Gauges(), "dut"),
    "failed": (Gauges(), "dut-2"),
    "with a void observation": (Gauges(voided=True), "dut"),
    "removed": (Gauges(removed=("dut-3", 2)), "dut-3"),
    "verified": (LEGAL, "dut"),
    "not verified": (LEGAL, "dut-2"),
    "refused at the inspection": (REFUSED, "dut-2"),
    "without numbers": (Gauges(plain=True), "dut-2"),
}


@pytest.fixture(params=DOCUMENTS.values(), ids=DOCUMENTS.keys())
def document(request: pytest.FixtureRequest) -> Document:
    gauges, dut = request.param
    made: Document = gauges.document(dut)
    return made


@pytest.fixture(scope="module")
def oracle() -> SchematronValidator:
    folder = schema_folder()
    assert folder is not None
    return SchematronValidator.from_file(str(folder / "dcc.sch"))


def root_of(document: Document) -> _Element:
    return parse(render_dcc(document), name="certificate")


def text(document: Document) -> str:
    content = render_pdf(document, render_dcc(document))
    pages = PdfReader(io.BytesIO(content)).pages
    return unicodedata.normalize("NFC", "\n".join(page.extract_text() for page in pages))


def words(document: Document, topic: Topic) -> str:
    return " ".join(note.text.en for note in document.notes if note.topic is topic)


def test_schema_and_rules_find_nothing(document: Document, oracle: SchematronValidator) -> None:
    root = root_of(document)
    assert list(schema_findings(root)) == []
    assert findings(root) == []
    result = oracle.validate_str(render_dcc(document).decode().partition("?>")[2])
    reports = [r for group in vars(result).values() if isinstance(group, list) for r in group]
    assert [report.text for report in reports if report.role != "information"] == []


@pytest.mark.parametrize(
    ("dut", "verdict"),
    [("dut", Verdict.PASS), ("dut-2", Verdict.FAIL), ("dut-3", Verdict.PASS)],
)
def test_only_its_own_points_and_the_standards(dut: str, verdict: Verdict) -> None:
    document = Gauges().document(dut)
    (section,) = document.sections
    assert [line.point for line in section.lines] == [f"{dut}/{p:g}" for p in PRESSURES]
    assert [line.number for line in section.lines] == list(range(1, 7))
    assert document.verdict is section.verdict is verdict
    assert document.item.serial == f"AK-00{DUTS.index(dut) + 1}"
    assert [standard.role for standard in document.standards] == ["controller"]
    others = {f"AK-00{n}" for n in (1, 2, 3)} - {document.item.serial}
    content = render_dcc(document).decode()
    assert not any(serial in content for serial in others)


def test_an_item_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(BadInput, match=r"no item 'dut-4'.*dut, dut-2, dut-3"):
        Gauges().document("dut-4")


def test_characteristics_are_printed_and_how_it_is_calibrated_is_not() -> None:
    document = Gauges().document("dut")
    stated = [f"{detail.label.en} {detail.value.en}" for detail in document.item.details]
    assert stated == ["kind dial", "full scale 10 bar", "class 1.6", "resolution 0.05 bar"]
    assert document.item.details[2].value.vi == "1,6"
    assert "giới hạn trên của thang đo 10 bar" in text(document)
    names = [
        text_of(q, "dcc:name/dcc:content[@lang='en']")
        for q in elements(root_of(document), "//dcc:itemQuantity")
    ]
    assert names == ["kind", "full scale", "class", "resolution"]


@pytest.mark.parametrize(
    ("stated", "unit", "shown"),
    [
        ({"capacity": "220 g", "division": "0.1 mg"}, "kg", ["220 g", "0,1 mg"]),
        ({"resolution_mm": 0.05}, "m", ["0,05 mm"]),
        ({"resolution": 0.1}, "°C", ["0,1 °C"]),
        ({"limit_celsius": 0.5, "limit_percent": 4.0}, "°C", ["0,5 °C", "4 %"]),
        ({"class": "E2", "cycles": 5.0, "settle_seconds": 15.0}, "kg", ["E2"]),
    ],
    ids=["as text", "a unit in the name", "unit of the points", "two quantities", "not the work"],
)
def test_what_is_printed_of_what_the_bench_file_says(
    stated: dict[str, float | str], unit: str, shown: list[str]
) -> None:
    assert [detail.value.vi for detail in details(stated, unit)] == shown


def test_the_air_has_a_pressure_where_somebody_read_it() -> None:
    document = Gauges().document("dut")
    assert "1008,2 – 1008,6 hPa" in text(document)
    root = root_of(document)
    path = "//dcc:quantity[@refType='station_pressureAtmospheric{}']/si:real/si:{}"
    assert text_of(root, path.format("Min", "value")) == "100820"
    assert text_of(root, path.format("Max", "unit")) == r"\pascal"
    assert Run().document().environment.pressure is None


def test_what_follows_from_all_points_is_a_table_of_its_own() -> None:
    document = Gauges().document("dut")
    hysteresis, slope = document.sections[0].further
    # Without an uncertainty it is as fine as the errors are.
    assert (hysteresis.value.shown, hysteresis.unit) == ("0,012", "bar")
    assert hysteresis.uncertainty is None
    assert slope.uncertainty is not None
    assert (slope.value.shown, slope.uncertainty.shown) == ("−5,775", "0,012")
    assert slope.unit == "10⁻⁷ 1/°C"
    printed = text(document)
    assert "DKD-R 6-1:2014" in printed
    assert "−5,775" in printed
    root = root_of(document)
    units = [
        text_of(q, "si:real/si:unit")
        for q in elements(root, "//dcc:quantity[@refType='station_conclusion']")
    ]
    assert units == [r"\pascal", r"\one\per\degreecelsius"]
    stated = "//dcc:quantity[@refType='basic_uncertainty']/si:real/si:value"
    assert text_of(root, stated) == "0.0000000012"


def test_an_item_that_was_removed_says_what_was_not_done() -> None:
    document = Gauges(removed=("dut-3", 2)).document("dut-3")
    assert [line.number for line in document.sections[0].lines] == [1, 2]
    assert document.verdict is Verdict.NOT_ASSESSABLE
    said = words(document, Topic.UNDONE)
    assert "(rò khí; Operator A). Not done: Pressure: 400 kPa, 600 kPa, 800 kPa, 1 MPa." in said
    assert "Chưa thực hiện" in text(document)


def test_an_item_removed_before_any_result_has_no_certificate() -> None:
    with pytest.raises(Refused, match=r"dut-3 has no result: it was removed by Operator A \(rò"):
        Gauges(removed=("dut-3", 0)).document("dut-3")


def test_a_void_observation_is_named_by_what_it_was() -> None:
    said = words(Gauges(voided=True).document("dut-2"), Topic.VOID)
    assert said.startswith("1 result(s) were declared void")
    assert "observation Pressure, 200 kPa: rò áp suất" in said


# -- legal verification ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gauges", "dut", "kind", "conclusion"),
    [
        (LEGAL, "dut", Kind.VERIFICATION, "Đạt yêu cầu kỹ thuật đo lường"),
        (LEGAL, "dut-2", Kind.NOTICE, "Không đạt yêu cầu kỹ thuật đo lường"),
        (REFUSED, "dut-2", Kind.NOTICE, "Không đạt yêu cầu kỹ thuật đo lường"),
        (Gauges(), "dut", Kind.CALIBRATION, "Đạt"),
    ],
    ids=["passed", "failed", "refused", "calibration"],
)
def test_only_what_passed_gets_a_verification_certificate(
    gauges: Gauges, dut: str, kind: Kind, conclusion: str
) -> None:
    document = gauges.document(dut)
    assert document.kind is kind
    printed = text(document)
    assert ("GIẤY CHỨNG NHẬN KIỂM ĐỊNH" in printed) is (kind is Kind.VERIFICATION)
    assert document.conclusion.vi == conclusion[0].lower() + conclusion[1:]
    assert conclusion in " ".join(printed.split())


def test_a_verification_says_until_when_it_is_valid_and_a_notice_does_not() -> None:
    passed, failed = (Gauges(legal=True).document(dut) for dut in ("dut", "dut-2"))
    agreed = ORDER.model_copy(update={"next_due": date(2027, 11, 20)})
    assert "Có giá trị đến Valid until 20/11/2027" in text(replace(passed, order=agreed))
    assert "Có giá trị đến Valid until –" in text(passed)
    assert "Valid until" not in text(replace(failed, order=agreed))


def test_a_verification_names_document_mode_and_inspections() -> None:
    document = LEGAL.document("dut")
    printed = text(document)
    assert "ĐLVN 08:2011" in printed
    assert document.subject.en == "periodic verification"
    assert "Kiểm định viên" in printed
    assert "Are the inscriptions on the gauge legible?" in printed
    assert "nhóm 2" not in printed
    root = root_of(document)
    (mode,) = elements(root, "//dcc:statement[@refType='vn_verificationMode']")
    assert text_of(mode, "dcc:norm") == "ĐLVN 08:2011"
    assert text_of(mode, "dcc:conformity") == "pass"
    outcomes = [e.text for e in elements(root, "//*[@refType='vn_inspection']/dcc:conformity")]
    assert outcomes == ["pass", "pass"]
    assert text_of(root, "//dcc:respPerson/dcc:role") == "verified by"


def test_a_failed_inspection_ends_it_without_a_number() -> None:
    document = REFUSED.document("dut-2")
    assert document.sections[0].lines == ()
    assert document.verdict is Verdict.FAIL
    assert "which ended it. Not done: Pressure: 0 Pa" in words(document, Topic.UNDONE)
    assert Topic.COVERAGE not in {note.topic for note in document.notes}
    root = root_of(document)
    outcomes = [e.text for e in elements(root, "//*[@refType='vn_inspection']/dcc:conformity")]
    assert outcomes == ["pass", "fail"]
    assert "no measurement result" in render_dcc(document).decode()


# -- units -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    shot: Shot
    units: tuple[str, str]
    shown: tuple[str, str, str]
    dsi: str


UNITS = {
    "pressure": Column(
        Shot("pressure", "Pa", 4e5, 1e6, 1.6e4, 2.5e3, 1.1e3),
        ("MPa", "kPa"),
        ("0,4", "2,5", "1,1"),
        r"\pascal",
    ),
    "low pressure": Column(
        Shot("pressure", "Pa", 500.0, 1e3, 5.0, 0.61, 0.22),
        ("kPa", "Pa"),
        ("0,5", "0,61", "0,22"),
        r"\pascal",
    ),
    "temperature": Column(
        Shot("temperature", "°C", -20.0, 200.0, 0.3, -0.0123, 0.042),
        ("°C", "°C"),
        ("−20", "−0,012", "0,042"),
        r"\degreecelsius",
    ),
    "humidity": Column(
        Shot("humidity", "%", 50.0, 100.0, 3.0, -1.234, 0.85),
        ("%", "%"),
        ("50", "−1,23", "0,85"),
        r"\percent",
    ),
    "a weight": Column(
        Shot("mass", "kg", 0.2, 0.2, 1e-6, 2.345e-7, 3.3e-7),
        ("g", "mg"),
        ("200", "0,23", "0,33"),
        r"\kilogram",
    ),
    "a small weight": Column(
        Shot("mass", "kg", 1e-6, 1e-6, 6e-9, -1.25e-9, 2e-9),
        ("mg", "µg"),
        ("1", "−1,3", "2,0"),
        r"\kilogram",
    ),
    "a balance": Column(
        Shot("mass", "kg", 20.0, 30.0, 0.015, 0.004, 0.0012),
        ("kg", "g"),
        ("20", "4,0", "1,2"),
        r"\kilogram",
    ),
    "a caliper": Column(
        Shot("length", "m", 0.0413, 0.15, 5e-5, 1.5e-5, 2.3e-5),
        ("mm", "µm"),
        ("41,3", "15", "23"),
        r"\metre",
    ),
}


@pytest.mark.parametrize("column", UNITS.values(), ids=UNITS.keys())
def test_quantities_are_printed_in_units_that_suit_them(column: Column) -> None:
    document = Run(shots=(column.shot,), voided=0, rule="simple-acceptance").document()
    (group,) = document.sections[0].tables[0].groups
    (line,) = group.lines
    assert line.result is not None
    assert (group.value_unit, group.error_unit) == column.units
    assert (
        line.nominal.shown,
        line.result.error.shown,
        line.result.uncertainty.shown,
    ) == column.shown
    root = root_of(document)
    assert list(schema_findings(root)) == []
    error = "//dcc:quantity[@refType='basic_measurementError']//si:unitXMLList"
    assert text_of(root, error) == column.dsi
    exact = text_of(root, error.replace("unitXML", "valueXML"))
    assert float(exact) == pytest.approx(column.shot.error, rel=0.06)


# -- issuing -----------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        yield opened


def issued(store: Store, run: str, dut: str) -> Issued:
    return issue(store, run, dut=dut, by="B", now=ISSUED_AT, order=None, laboratory=None)


def test_each_item_has_its_number_and_keeps_it(store: Store) -> None:
    run = LEGAL.write_down(store)
    first = [issued(store, run, dut) for dut in DUTS]
    assert [one.number for one in first] == ["V26.00001", "N26.00001", "V26.00002"]
    again = [issued(store, run, dut) for dut in DUTS]
    assert [(one.pdf, one.xml, one.new) for one in again] == [
        (one.pdf, one.xml, False) for one in first
    ]
    assert {(c.run, c.dut) for c in store.certificates()} == {(run, dut) for dut in DUTS}


def test_what_an_order_says_of_one_item_is_said_of_none_of_several(store: Store) -> None:
    content = issued(store, Gauges().write_down(store), "dut-2").xml.decode()
    assert ORDER.number in content
    assert ORDER.asset not in content


RUN_ID = "0197a1b3-gauges"


def command(store: Store, out: Path, *more: str) -> int:
    where = ("--store", store.url, "--out", str(out), "--by", "B")
    return main(["certificate", "issue", RUN_ID, *where, *more])


def test_without_a_name_every_item_is_certified(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Gauges().write_down(store)
    assert command(store, tmp_path / "out") == Exit.DONE
    said = capsys.readouterr()
    year = said.err[6:8]
    numbers = [f"C{year}.0000{n}" for n in (1, 2, 3)]
    assert said.err.splitlines() == [f"{d}: {n}" for d, n in zip(DUTS, numbers, strict=True)]
    files = [tmp_path / "out" / f"{n}.{kind}" for n in numbers for kind in ("pdf", "xml")]
    assert said.out.splitlines() == [str(file) for file in files]
    assert main(["certificate", "verify", *map(str, files), "--store", store.url]) == Exit.DONE


def test_one_item_alone(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Gauges().write_down(store)
    assert command(store, tmp_path / "out", "--dut", "dut-3") == Exit.DONE
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert [c.dut for c in store.certificates()] == ["dut-3"]
    assert command(store, tmp_path / "out", "--dut", "dut-9") == Exit.BAD_INPUT


def test_an_item_that_was_taken_out_is_told_and_no_refusal(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Gauges(removed=("dut-2", 0)).write_down(store)
    assert command(store, tmp_path / "out") == Exit.DONE
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 4
    first, *others = said.err.splitlines()
    assert first == (
        "dut-2: no certificate: taken out by Operator A (rò khí) before it had a result"
    )
    assert [line.partition(":")[0] for line in others] == ["dut", "dut-3"]
    # Asked for by name, there is nothing to certify.
    assert command(store, tmp_path / "out", "--dut", "dut-2") == Exit.REFUSED
    assert "dut-2 has no result: it was removed by Operator A" in capsys.readouterr().err


def test_an_asset_number_is_of_one_item(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Gauges().write_down(store)
    order = tmp_path / "order.toml"
    order.write_text(
        '[order]\nnumber = "7"\nasset = "TS-1"\n\n[order.customer]\nname = "K"\naddress = "V"\n'
    )
    assert command(store, tmp_path / "out", "--order", str(order)) == Exit.BAD_INPUT
    assert "--dut" in capsys.readouterr().err
    assert command(store, tmp_path / "out", "--order", str(order), "--dut", "dut-2") == Exit.DONE
