import io
import re
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from station.certificate.dcc import render_dcc
from station.certificate.issue import amend, issue
from station.certificate.pdf import render_pdf
from station.certificate.reading import parse
from station.certificate.texts import Languages
from station.certificate.verification.numbers import agreement_findings
from station.cli.main import main
from station.errors import Exit
from station.records.store import Store, open_store
from tests.station.certificate.runs import ANOTHER_ORDER, ISSUED_AT, SHOTS, Run, write_down

SHOWN = SHOTS[:14]
WORDS = {
    Languages.VIETNAMESE: ("Số sản xuất", "Điện áp một chiều", "đạt có điều kiện", "quá tải"),
    Languages.ENGLISH: ("Serial number", "DC voltage", "conditional pass", "overload"),
}


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return unicodedata.normalize("NFC", " ".join(" ".join(p.extract_text().split()) for p in pages))


def in_languages(languages: Languages) -> tuple[bytes, bytes]:
    """Return PDF and XML of the same run."""
    run = Run(shots=SHOWN)
    document = run.document(languages=languages)
    xml = render_dcc(document)
    return render_pdf(document, xml), xml


@pytest.mark.parametrize("languages", WORDS, ids=lambda languages: languages.name)
def test_one_language_has_no_word_of_the_other(languages: Languages) -> None:
    text = text_of(in_languages(languages)[0])
    for language, words in WORDS.items():
        present = [word for word in words if word in text]
        assert present == ([*words] if language is languages else [])


@pytest.mark.parametrize(
    ("languages", "point", "days"),
    [
        (Languages.BOTH, "50,00001 49,99931 −0,70", ("18/11/2026", "01/06/2027")),
        (Languages.VIETNAMESE, "50,00001 49,99931 −0,70", ("18/11/2026", "01/06/2027")),
        (Languages.ENGLISH, "50.00001 49.99931 −0.70", ("18 November 2026", "1 June 2027")),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_numbers_and_days_are_those_of_the_large_language(
    languages: Languages, point: str, days: tuple[str, ...]
) -> None:
    pdf, _ = in_languages(languages)
    text = text_of(pdf)
    for shown in (point, *days):
        assert shown in text
    foreign = r"\d,\d" if languages is Languages.ENGLISH else r"20\d\d-\d\d-\d\d|\b1 June"
    assert not re.findall(foreign, text)
    language = "en" if languages is Languages.ENGLISH else "vi"
    assert PdfReader(io.BytesIO(pdf)).root_object["/Lang"] == language


@pytest.mark.parametrize("languages", Languages, ids=lambda languages: languages.name)
def test_what_is_printed_agrees_with_an_xml_of_both_languages(languages: Languages) -> None:
    pdf, xml = in_languages(languages)
    root = parse(xml, name="own")
    printed = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert list(agreement_findings(root, xml, printed, ours=True)) == []
    for language in ("vi", "en"):
        assert f"<dcc:usedLangCodeISO639_1>{language}<" in xml.decode()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "station.db"))


def test_the_record_keeps_the_language_and_an_amendment_keeps_it_too(store: Store) -> None:
    with store:
        run = write_down(store, Run(shots=SHOTS[:2]))
        given = {"order": None, "laboratory": None}
        first = issue(store, run, by="B", now=ISSUED_AT, languages=Languages.ENGLISH, **given)
        again = issue(store, run, by="B", now=ISSUED_AT, **given)
        assert (again.pdf, again.new) == (first.pdf, False)
        second = amend(store, first.number, by="B", now=ISSUED_AT, reason="no", order=ANOTHER_ORDER)
    for pdf in (first.pdf, second.pdf):
        assert "CALIBRATION CERTIFICATE" in text_of(pdf)
        assert "HIỆU CHUẨN" not in text_of(pdf)


def test_the_command_asks_for_a_language(tmp_path: Path) -> None:
    url = str(tmp_path / "station.db")
    with open_store(url) as store:
        write_down(store, Run(shots=SHOTS[:2]))
    given = ["--store", url, "--out", str(tmp_path), "--by", "B", "--language", "vi"]
    assert main(["certificate", "issue", "0197", *given]) == Exit.DONE
    (pdf,) = tmp_path.glob("*.pdf")
    text = text_of(pdf.read_bytes())
    assert "GIẤY CHỨNG NHẬN HIỆU CHUẨN" in text
    assert "CERTIFICATE" not in text
