import io
import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from lxml import etree
from pypdf import PdfReader

from station.certificate.dcc import render_dcc
from station.certificate.document import Document
from station.certificate.pdf import authenticity, render_pdf
from station.certificate.results import Line
from tests.station.certificate.runs import LABELLED, SHOTS, Run


@dataclass(frozen=True)
class Rendered:
    document: Document
    xml: bytes
    pdf: bytes

    @property
    def reader(self) -> PdfReader:
        return PdfReader(io.BytesIO(self.pdf))

    @property
    def text(self) -> str:
        return "\n".join(page.extract_text() for page in self.reader.pages)


def rendered(run: Run) -> Rendered:
    document = run.document()
    xml = render_dcc(document)
    return Rendered(document, xml, render_pdf(document, xml))


@pytest.fixture(scope="module")
def plain() -> Rendered:
    return rendered(Run())


@pytest.fixture(scope="module")
def simulated() -> Rendered:
    return rendered(Run(simulated=True, adjusted=True))


def shown(line: Line) -> list[str]:
    figures = [line.nominal]
    if line.result is not None:
        r = line.result
        figures += [r.reference, r.indication, r.error, r.uncertainty, r.k]
    return [figure.shown for figure in figures]


def test_every_result_stands_in_its_row(plain: Rendered) -> None:
    rows = {}
    for row in plain.text.splitlines():
        words = row.split()
        if words and words[0].isdigit():
            rows.setdefault(words[0], row)
    lines = [line for section in plain.document.sections for line in section.lines]
    assert len(lines) == 33
    for line in lines:
        words = rows[str(line.number)].split()
        assert [w for w in shown(line) if w not in words] == []
        assert line.upper.shown in rows[str(line.number)]


def test_overload_shows_no_number(plain: Rendered) -> None:
    row = next(row for row in plain.text.splitlines() if re.match(r"\s*14 ", row))
    assert "quá tải" in row
    assert "không\u00a0đạt" in row
    assert re.findall(r"\d+(?:,\d+)?", row) == ["14", "1000", "40,0"]


def test_a_label_stands_below_its_nominal_value() -> None:
    text = rendered(Run(shots=LABELLED, voided=0)).text
    for label in ("giữa", "centre", "trước bên trái", "left front", "right rear"):
        assert " ".join(label.split()) in " ".join(text.split()), label
    rows = [row.split()[:2] for row in text.splitlines() if re.match(r"\s*[1-4] 100", row)]
    assert rows == [[number, "100"] for number in "1234"]


def test_every_number_of_the_tables_is_in_the_xml(plain: Rendered) -> None:
    root = etree.fromstring(plain.xml)
    written: set[Decimal] = set()
    for element in root.iter():
        if str(element.tag).endswith("XMLList") and element.text:
            for entry in element.text.split():
                if re.fullmatch(r"[-+.\dE]+", entry):
                    written.add(Decimal(entry).normalize())
    prefixes = [Decimal(1).scaleb(exponent) for exponent in (-9, -6, -3, 0, 3, 6)]
    tokens = [
        token
        for row in plain.text.splitlines()
        if re.match(r"\s*\d+ .*(đạt|quá tải)", row) and "quá tải" not in row
        for token in re.findall(r"−?\d+,\d+", row)
    ]
    assert len(tokens) > 150
    for token in tokens:
        number = Decimal(token.replace(",", ".").replace("−", "-"))
        assert any((number * p).normalize() in written for p in prefixes), token


def test_the_attachment_is_the_xml(plain: Rendered) -> None:
    assert plain.reader.attachments == {"dcc.xml": [plain.xml]}


def test_it_says_it_is_pdf_a_3a(plain: Rendered) -> None:
    metadata = plain.reader.xmp_metadata
    assert metadata is not None
    raw = metadata.stream.get_data().decode()
    assert re.search(r"pdfaid:part>3<", raw)
    assert re.search(r"pdfaid:conformance>A<", raw)
    catalog = plain.reader.root_object
    (attached,) = catalog["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Alternative"
    assert catalog["/Lang"] == "vi"


def test_the_same_bytes_every_time(plain: Rendered) -> None:
    assert render_pdf(Run().document(), plain.xml) == plain.pdf


def test_every_page_has_number_and_count(plain: Rendered) -> None:
    pages = plain.reader.pages
    assert len(pages) >= 3
    for index, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert text.count("C26.00001") >= 2
        assert re.search(rf"{index}\s*/\s*{len(pages)}", text)


def test_headers_are_repeated_where_a_table_breaks(plain: Rendered) -> None:
    for page in plain.reader.pages:
        text = page.extract_text()
        if re.search(r"^\s*\d+ .*đạt", text, re.MULTILINE):
            assert "chỉ\u00a0thị" in text


def test_vietnamese_letters_are_whole(plain: Rendered) -> None:
    text = unicodedata.normalize("NFC", plain.text)
    for words in (
        "GIẤY CHỨNG NHẬN HIỆU CHUẨN",
        "Phòng hiệu chuẩn thử nghiệm",
        "Điện áp một chiều",
        "không đạt có điều",
        "Không được sử dụng trực tiếp để kiểm định phương tiện đo nhóm 2",
        "Hết giấy chứng nhận",
    ):
        assert words in text
    assert "\ufffd" not in text


def test_number_and_digest_are_in_letters_beside_the_code(plain: Rendered) -> None:
    number, digest = authenticity("C26.00001", plain.xml).split()
    assert number in plain.text
    assert digest in plain.text


def test_simulation_is_unmistakable_on_every_page(simulated: Rendered) -> None:
    for page in simulated.reader.pages:
        assert "MÔ PHỎNG · SIMULATED" in unicodedata.normalize("NFC", page.extract_text())


def test_a_real_certificate_says_nothing_of_simulation(plain: Rendered) -> None:
    assert "SIMULATED" not in plain.text


def test_both_states_are_printed(simulated: Rendered) -> None:
    text = unicodedata.normalize("NFC", simulated.text)
    assert text.index("Kết quả trước hiệu chỉnh") < text.index("Kết quả sau hiệu chỉnh")


def test_each_table_is_on_one_page_with_its_chart(plain: Rendered) -> None:
    pages = [unicodedata.normalize("NFC", page.extract_text()) for page in plain.reader.pages]
    for table in plain.document.sections[0].tables:
        (page,) = [text for text in pages if f"{table.title.vi} {table.title.en}" in text]
        numbers = [str(line.number) for line in table.lines]
        # A table's rows begin with the point's number; the chart has all numbers below it.
        assert [n for n in numbers if not re.search(rf"^\s*{n} .*\d", page, re.MULTILINE)] == []
        assert re.search(r"\s+".join(numbers), page)


def test_who_did_both_and_the_adjustment_are_printed_once() -> None:
    document = Run(shots=SHOTS[:2]).document(issued_by="Operator A")
    xml = render_dcc(document)
    text = Rendered(document, xml, render_pdf(document, xml)).text
    assert text.count("Calibrated and approved by the same person.") == 1
    assert text.count("No adjustment was made.") == 1
    assert "Calibration results, as found" in text


def test_a_long_table_repeats_its_headers() -> None:
    points = tuple(replace(SHOTS[7], nominal=0.1 * n) for n in range(1, 91))
    text_of_pages = [page.extract_text() for page in rendered(Run(shots=points)).reader.pages]
    filled = [t for t in text_of_pages if re.search(r"^\s*\d+ .*đạt", t, re.MULTILINE)]
    assert len(filled) >= 2
    for text in filled:
        assert "chỉ\u00a0thị" in text
        assert "Thang đo Range 10 V" in text
