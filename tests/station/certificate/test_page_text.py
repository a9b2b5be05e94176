"""The text of a PDF's pages, read quickly, is what the thorough reader reads."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from station.certificate.dcc import render_dcc
from station.certificate.pdf import render_pdf
from station.certificate.reading import parse
from station.certificate.verification.numbers import agreement_findings
from station.certificate.verification.text import quick_text
from tests.station.certificate.runs import SHOTS, Run


@pytest.fixture(scope="module")
def printed() -> tuple[bytes, PdfReader, str]:
    document = Run(shots=SHOTS).document()
    xml = render_dcc(document)
    reader = PdfReader(io.BytesIO(render_pdf(document, xml)))
    text = quick_text(reader)
    assert text is not None
    return xml, reader, text


def test_every_letter_is_read(printed: tuple[bytes, PdfReader, str]) -> None:
    _, reader, text = printed
    thorough = "".join(page.extract_text() for page in reader.pages)
    assert sorted("".join(text.split())) == sorted("".join(thorough.split()))
    # A certificate's numbers are whole in it, with the comma and the sign.
    for one in ("C26.00001", "−100,00002", "50,00001", "Hết giấy chứng nhận"):
        assert one in text


def test_what_is_written_otherwise_is_left_to_the_thorough_reader() -> None:
    page = PdfWriter().add_blank_page(100, 100)
    font = DictionaryObject({NameObject("/Subtype"): NameObject("/Type1")})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    writer = PdfWriter()
    writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    assert quick_text(PdfReader(out)) is None


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        (b"0.05000001", b"0.05000007", "0.05000007"),
        (b" 0.00000168", b" -0.00000168", "-0.00000168"),
        (b"-10.000682", b"-10.000683", "-10.000683"),
    ],
    ids=["digit", "sign", "indication"],
)
def test_a_result_that_is_not_printed_is_named(
    printed: tuple[bytes, PdfReader, str], was: bytes, becomes: bytes, named: str
) -> None:
    xml, _, text = printed
    assert was in xml
    altered = xml.replace(was, becomes)
    whole = parse(altered, name="altered")
    found = {f.rule: f for f in agreement_findings(whole, altered, text, ours=True)}
    assert found.keys() == {"digest-differs", "results-differ"}
    assert named in found["results-differ"].what
    theirs = {f.rule: f.weight.value for f in agreement_findings(whole, altered, text, ours=False)}
    assert theirs == {"digest-differs": "note", "results-differ": "warning"}


def test_what_is_printed_agrees(printed: tuple[bytes, PdfReader, str]) -> None:
    xml, _, text = printed
    assert list(agreement_findings(parse(xml, name="own"), xml, text, ours=True)) == []
