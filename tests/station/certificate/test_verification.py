import hashlib
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader, PdfWriter

from station.certificate import schema
from station.certificate.issue import Issued, issue
from station.certificate.reading import LARGEST_XML
from station.certificate.verification.file import verify
from station.errors import BadInput
from station.records.store import Store, open_store
from tests.station.certificate.runs import ISSUED_AT, SHOTS, Run, write_down


@dataclass(frozen=True)
class Archive:
    store: Store
    issued: Issued


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_store(str(tmp_path_factory.mktemp("archive") / "station.db")) as store:
        run = write_down(store, Run(shots=SHOTS[:3]))
        yield Archive(
            store,
            issue(store, run, by="Approver B", now=ISSUED_AT, order=None, laboratory=None),
        )


def errors(content: bytes, store: Store | None) -> set[str]:
    found = verify(content, store).findings
    return {finding.rule for finding in found if finding.weight.value == "error"}


def changed(xml: bytes) -> bytes:
    """One digit of one value is another, everything else as it was."""
    at = xml.index(b"<si:valueXMLList>", xml.index(b"basic_measuredValue")) + 25
    digit = next(i for i in range(at, at + 20) if xml[i : i + 1] in b"123456789")
    return xml[:digit] + (b"9" if xml[digit : digit + 1] == b"1" else b"1") + xml[digit + 1 :]


def with_attachment(pdf: bytes, xml: bytes) -> bytes:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        writer.add_page(page)
    writer.add_attachment("dcc.xml", xml)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_was_issued_is_good(archive: Archive) -> None:
    for content, kind in ((archive.issued.pdf, "pdf"), (archive.issued.xml, "xml")):
        report = verify(content, archive.store)
        assert report.good
        assert [f.rule for f in report.findings] == ["unsigned"]
        assert (report.kind, report.number, report.version) == (kind, "C26.00001", "3.3.0")
        assert report.laboratory == "Phòng hiệu chuẩn thử nghiệm"
        assert not report.simulated


def test_without_a_store_the_record_is_not_claimed(archive: Archive) -> None:
    unsigned, finding = verify(archive.issued.pdf, None).findings
    assert (unsigned.weight.value, unsigned.rule) == ("note", "unsigned")
    assert (finding.weight.value, finding.rule) == ("note", "record")
    assert "--store" in finding.what


def test_a_changed_digit_in_the_xml_is_found(archive: Archive) -> None:
    xml = changed(archive.issued.xml)
    assert xml != archive.issued.xml
    assert "not-what-was-issued" in errors(xml, archive.store)


def test_a_changed_byte_in_the_pdf_is_found(archive: Archive) -> None:
    pdf = archive.issued.pdf + b"\n"
    assert errors(pdf, archive.store) == {"not-what-was-issued"}


def test_another_xml_in_the_pdf_is_found_without_a_store(archive: Archive) -> None:
    pdf = with_attachment(archive.issued.pdf, changed(archive.issued.xml))
    assert "digest-differs" in errors(pdf, None)
    same = with_attachment(archive.issued.pdf, archive.issued.xml)
    assert errors(same, None) == set()


def test_another_number_in_the_xml_is_found(archive: Archive) -> None:
    xml = archive.issued.xml.replace(b"C26.00001", b"C26.00009")
    pdf = with_attachment(archive.issued.pdf, xml)
    assert {"number-differs", "digest-differs"} <= errors(pdf, None)
    assert errors(xml, archive.store) == {"not-issued"}


def test_a_tampered_store_is_found(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "station.db")) as store:
        run = write_down(store, Run(shots=SHOTS[:1]))
        made = issue(store, run, by="B", now=ISSUED_AT, order=None, laboratory=None)
    path = str(tmp_path / "station.db")
    without_triggers(path, "UPDATE document SET content = zeroblob(9) WHERE name LIKE '%pdf'")
    with open_store(path) as store:
        assert errors(made.xml, store) == {"record-tampered"}


def without_triggers(path: str, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_an_index_that_was_changed_with_its_document_is_found(tmp_path: Path) -> None:
    """Whoever can write the tables puts a forged file, its digest and its index in together."""
    path = str(tmp_path / "station.db")
    with open_store(path) as store:
        run = write_down(store, Run(shots=SHOTS[:1]))
        made = issue(store, run, by="B", now=ISSUED_AT, order=None, laboratory=None)
    forged = changed(made.xml)
    digest, old = (hashlib.sha256(content).hexdigest() for content in (forged, made.xml))
    without_triggers(
        path,
        f"UPDATE document SET content = x'{forged.hex()}', digest = '{digest}' "
        f"WHERE digest = '{old}'",
        f"UPDATE certificate SET xml = '{digest}'",
    )
    with open_store(path) as store:
        (finding,) = [f for f in verify(forged, store).findings if f.weight.value == "error"]
    assert finding.rule == "record-tampered"
    assert "station audit" in finding.what


def test_what_another_store_has_under_the_same_number_is_told_with_what_to_do(
    archive: Archive, tmp_path: Path
) -> None:
    with open_store(str(tmp_path / "other.db")) as other:
        run = write_down(other, Run(shots=SHOTS[:1]))
        late = ISSUED_AT.replace(hour=20)  # in the laboratory it is the next day
        issue(other, run, by="B", now=late, order=None, laboratory=None)
        report = verify(archive.issued.pdf, other)
        (finding,) = [f for f in report.findings if f.rule == "not-what-was-issued"]
        assert other.url in finding.what
        assert "--store" in finding.what
        assert "issued from another store" in finding.what
        assert "on 2026-11-22 (" in finding.what


def test_what_names_the_laboratory_and_is_not_in_its_store_was_not_issued(
    archive: Archive,
) -> None:
    """A forger leaves out what tells that the station wrote it."""
    root = etree.fromstring(archive.issued.xml)
    space = {"dcc": "https://ptb.de/dcc"}
    for definition in root.xpath("//dcc:refTypeDefinitions", namespaces=space):
        definition.getparent().remove(definition)
    root.xpath("//dcc:uniqueIdentifier", namespaces=space)[0].text = "C26.77777"
    assert errors(etree.tostring(root), archive.store) == {"not-issued"}


def test_anybodys_dcc_is_checked(archive: Archive) -> None:
    root = etree.fromstring(archive.issued.xml)
    space = {"dcc": "https://ptb.de/dcc"}
    for definition in root.xpath("//dcc:refTypeDefinitions", namespaces=space):
        definition.getparent().remove(definition)
    root.xpath("//dcc:uniqueIdentifier", namespaces=space)[0].text = "PTB-1"
    name = "//dcc:calibrationLaboratory/dcc:contact/dcc:name/dcc:content"
    root.xpath(name, namespaces=space)[0].text = "PTB"
    report = verify(etree.tostring(root), archive.store)
    assert report.good
    (finding,) = [f for f in report.findings if f.rule == "not-issued"]
    assert "only its form was verified" in finding.what
    assert archive.store.url in finding.what
    assert "--store" in finding.what


def test_an_invalid_document_names_the_schema(archive: Archive) -> None:
    xml = archive.issued.xml.replace(b"dcc:issueDate", b"dcc:isueDate")
    report = verify(xml, None)
    (finding,) = [f for f in report.findings if f.rule == "schema"]
    assert "isueDate" in finding.what
    assert finding.where.startswith("line ")
    assert not report.good


def test_without_the_extra_it_says_how_to_get_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "find_spec", lambda _: None)
    report = verify(archive.issued.xml, archive.store)
    _, finding = report.findings
    assert finding.weight.value == "note"
    assert "calibration-station[dcc]" in finding.what
    assert report.good


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>
<digitalCalibrationCertificate xmlns="https://ptb.de/dcc">&b;</digitalCalibrationCertificate>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<digitalCalibrationCertificate xmlns="https://ptb.de/dcc">&a;</digitalCalibrationCertificate>"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not well-formed"),
        (b"hello", "not well-formed"),
        (b"<a/>", "not a DCC's"),
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (b"<a>" + b" " * LARGEST_XML, "at most"),
        (b"%PDF-1.7 nothing", "cannot be read"),
    ],
    ids=["empty", "text", "other xml", "entities", "outside", "large", "broken pdf"],
)
def test_what_is_no_certificate_is_said_so(content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        verify(content, None, name="file")


def test_a_pdf_without_a_dcc_is_said_so() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(BadInput, match="0 XML files"):
        verify(out.getvalue(), None)
