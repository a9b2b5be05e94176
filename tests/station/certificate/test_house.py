"""A laboratory's own texts and pictures: adopted, dated, printed, kept; what is wrong refused."""

import hashlib
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from station.certificate.adopting import adopt, take
from station.certificate.house import Adopted, House, HouseFile, house
from station.certificate.issue import Issued, amend, issue
from station.certificate.kinds import Kind
from station.certificate.pictures import LARGEST
from station.certificate.verification.file import verify
from station.cli.main import main
from station.clock import SystemClock
from station.errors import BadInput, Exit, Refused
from station.records.audit import audit
from station.records.dossier import dossier
from station.records.store import Store, open_store
from station.records.verify_dossier import read as read_dossier
from station.records.verify_dossier import verify as verify_dossier
from tests.station.certificate.houses import HOUSE, LOGO, png, write_house
from tests.station.certificate.runs import ISSUED_AT, LABORATORY, SHOTS, Run, write_down
from tests.station.records.issued import certified
from tests.station.register.people import ADMINISTRATOR, TECHNICIAN, enter

STAMP = {"stamp": "25C.00017"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        write_down(opened, Run(shots=SHOTS[:2]))
        yield opened


def adopted(store: Store, folder: Path, text: str = HOUSE) -> None:
    adopt(store, SystemClock(), take(write_house(folder, text)), by=ADMINISTRATOR)


def issued(store: Store, fields: dict[str, str] | None = None) -> Issued:
    return issue(
        store, "0197a1b2-run", by="Approver B", now=ISSUED_AT, order=None, laboratory=None,
        fields=fields,
    )  # fmt: skip


def pages(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def declared(xml: bytes) -> str:
    return " ".join(map(str, etree.fromstring(xml).itertext()))


PRINTED = (
    "Phòng Ví Dụ", "Số 9, đường Ví Dụ", "VILAS 0000", 'No copies. #panic("x") *bold* $x$ {n}',
    "Khiếu nại trong 30 ngày.", "Phòng 3", "Room 3", "25C.00017",
)  # fmt: skip


def test_pages_and_xml_have_the_same_texts(store: Store, tmp_path: Path) -> None:
    adopted(store, tmp_path)
    made = issued(store, STAMP)
    printed, said = pages(made.pdf), declared(made.xml)
    assert [text for text in PRINTED if text not in printed] == []
    assert [text for text in PRINTED if text not in said] == []


def test_a_certificate_is_drawn_with_what_is_valid_on_its_day(store: Store, tmp_path: Path) -> None:
    adopted(store, tmp_path)
    made = issued(store, STAMP)
    said = pages(made.pdf)
    for other in ("Phòng cũ", "Phòng đang chuyển.", "shall not be reproduced"):
        assert other not in said
        assert other not in declared(made.xml)
    assert said.count("Biểu mẫu 7.8") == said.count("Complaints: a@example.com") > 1
    # The bench stood where the run says, whatever the letterhead.
    assert f"Place of calibration {LABORATORY.address}" in said.replace(" ,", ",")
    for content in (made.pdf, made.xml):
        assert verify(content, store, name="it").good
    assert [fault for fault in audit(store).faults if made.number in str(fault)] == []


def test_issuing_again_gives_the_same_bytes_after_another_was_adopted(
    store: Store, tmp_path: Path
) -> None:
    adopted(store, tmp_path)
    first = issued(store, STAMP)
    adopted(store, tmp_path, HOUSE.replace("Phòng 3", "Phòng 4"))
    again = issued(store)
    assert (again.pdf, again.xml, again.new) == (first.pdf, first.xml, False)
    given = {"by": "B", "now": ISSUED_AT, "reason": "room"}
    with pytest.raises(BadInput, match="'stamp' is not given: --field stamp=VALUE"):
        amend(store, first.number, **given)  # type: ignore[arg-type]
    later = amend(store, first.number, **given, fields=STAMP)  # type: ignore[arg-type]
    assert "Phòng 4" in pages(later.pdf)


def test_the_dossier_holds_it_and_misses_it(tmp_path: Path) -> None:
    made = certified(tmp_path)
    with open_store(made.url) as store:
        adopted(store, tmp_path)
        later = amend(store, made.number, by="B", now=ISSUED_AT, reason="layout", fields=STAMP)
        (tmp_path / "dossier.zip").write_bytes(dossier(store, later.number))
    files = read_dossier(str(tmp_path / "dossier.zip"))
    assert verify_dossier(files)[0] == []
    logo = next(name for name, content in files.items() if content == LOGO.encode())
    assert logo.endswith(".svg")
    del files[logo]
    missed = [fault for fault in verify_dossier(files)[0] if "texts or pictures" in fault]
    assert len(missed) == 1


def test_an_audit_misses_a_picture_that_was_taken_away(store: Store, tmp_path: Path) -> None:
    adopted(store, tmp_path)
    issued(store, STAMP)
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DROP TRIGGER document_no_delete")
        connection.execute("DELETE FROM document WHERE name = 'mark.png'")
        connection.commit()
    missed = hashlib.sha256(png()).hexdigest()
    faults = [str(fault) for fault in audit(store).faults]
    assert f"Certificate C26.00001: document {missed} is missing." in faults


# -- days and kinds --------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    on: date
    kind: Kind
    name: str | None
    statements: tuple[str, ...]
    fields: tuple[str, ...]


DAYS = {
    "before-anything": Day(date(2024, 12, 31), Kind.CALIBRATION, None, (), ()),
    "the-first-day": Day(date(2025, 1, 1), Kind.NOTICE, "Phòng cũ", (), ()),
    "last-of-a-statement": Day(
        date(2026, 6, 30), Kind.VERIFICATION, "Phòng Ví Dụ", ("No", "The"), ("Room",)
    ),
    "the-day-after": Day(date(2026, 7, 1), Kind.NOTICE, "Phòng Ví Dụ", ("No",), ("Room",)),
    "a-calibration": Day(
        date(2026, 5, 31), Kind.CALIBRATION, "Phòng cũ", ("No", "Complaints", "The"),
        ("Room", "Stamp"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_what_counts_on_a_day(store: Store, tmp_path: Path, day: Day) -> None:
    taken = take(write_house(tmp_path))
    adopt(store, SystemClock(), taken, by=ADMINISTRATOR)
    entry = taken.entry("x")
    asked = STAMP if "Stamp" in day.fields else {}
    made = Adopted(document=entry.document, pictures=entry.pictures, asked=asked)
    found: House = house(store, made, day.on, day.kind)
    assert (found.laboratory.name if found.laboratory else None) == day.name
    assert tuple(each.text.en.split()[0] for each in found.statements) == day.statements
    assert tuple(each.label.en for each in found.fields) == day.fields
    assert bool(found.logo) == (day.name == "Phòng Ví Dụ")


# -- what is refused -------------------------------------------------------------------------

WRONG = {
    "unknown-key": ('logo = "logo.svg"', 'loga = "logo.svg"', r"line 11: .*Did you mean 'logo'"),
    "one-language": ('vi = "Phòng đo", en = "Room"', 'vi = "Phòng đo"', r"line 41: .*en' is miss"),
    "empty-text": ('vi = "Khiếu nại trong 30 ngày."', 'vi = ""', r"line 28: .*at least 1"),
    "endless-text": ('en = "Room 3"', f'en = "{"x" * 161}"', r"line 42: .*at most 160"),
    "same-day-twice": ("2026-06-01", "2025-01-01", "give each a later valid_from"),
    "ends-before": ("2026-06-30", "2025-06-30", "line 31: .*valid_until is before valid_from"),
    "not-a-day": ("2026-06-30", '"tomorrow"', "line 33: .*tomorrow"),
    "an-instant": ("2026-06-30", "2026-06-30T00:00:00Z", "line 33: .*valid date"),
    "a-number": ("2026-06-30", "1767225600", "line 33: .*valid date"),
    "one-table": ('[[field]]\nvalid_from = 2026-01-01\nname = "room"', "[x]", "unknown key 'x'"),
    "not-ours": ('replaces = "reproduction"', 'replaces = "coverage"', "line 20: .*'item'"),
    "outside": ('logo = "logo.svg"', 'logo = "../logo.svg"', "line 11: .*beside this one"),
    "absolute": ('logo = "logo.svg"', 'logo = "/etc/passwd"', "line 11: .*beside this one"),
    "not-there": ('logo = "logo.svg"', 'logo = "other.svg"', "other.svg: there is no such file"),
    "not-a-kind": ('kinds = ["calibration"]\nvi', 'kinds = ["party"]\nvi', "line 27: .*no kind of"),
    "script-address": ("https://lab", "javascript:lab", r"line 15: .*https://example.org"),
    "strange-address": ("d={digest}", "d={0}", r"line 15: .*\{number\} and \{digest\} only"),
    "turned-around": ("No copies.", "No \\u202ecopies.", "unseen character U\\+202E"),
    "no-such-letter": ('en = "Room 3"', 'en = "室"', r"'室' cannot be drawn"),
    "two-for-one": (
        'name = "complaints"',
        'name = "complaints"\nreplaces = "reproduction"',
        "copying and complaints both replace 'reproduction'; give them one name",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("was", "is_", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused(tmp_path: Path, was: str, is_: str, said: str) -> None:
    assert was in HOUSE
    # In a literal string TOML leaves an escape as it is.
    text = HOUSE.replace(was, is_).replace("'No \\u202e", "'No \u202e")
    with pytest.raises(BadInput, match=said) as refused:
        take(write_house(tmp_path, text))
    assert str(tmp_path) in str(refused.value)


def svg(inside: str, **attributes: str) -> bytes:
    given = {"viewBox": "0 0 10 5"} | attributes
    said = " ".join(f'{name}="{value}"' for name, value in given.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg" {said}>\n{inside}</svg>'.encode()


HOSTILE = {
    "script": (svg("<script>x</script>"), "line 2: <script> is not allowed. Take it out"),
    "event": (svg('<rect onload="x()"/>'), "onload is a program"),
    "file": (svg('<image href="/etc/passwd"/>'), "<image> is not allowed"),
    "link": (svg('<g href="https://example.com/x"/>'), "leads out of the file"),
    "xlink": (
        svg('<g xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/>'),
        "leads out of the file",
    ),
    "escape": (svg(r'<g style="fill:\75rl(x)"/>'), "leads out of the file"),
    "url": (svg('<rect fill="url(https://example.com/x)"/>'), "leads out of the file"),
    "style-import": (svg("<style>@import 'x'</style>"), "<style> has '@'"),
    "style-escape": (svg(r"<style>a{fill:\75rl(x)}</style>"), "<style> has"),
    "clones": (svg('<use href="#a"/>'), "Unlink clones"),
    "letters": (svg("<text>Ví Dụ</text>"), "Turn texts into paths"),
    "nested-clips": (
        svg('<clipPath id="a"><rect clip-path="url(#b)"/></clipPath>'), "within a clipPath"
    ),
    "endless": (svg('<path d="M0 0a1e39 1 0 0 1 2 2z"/>'), "d has a number above 100000"),
    "endless-style": (svg('<path style="stroke-width:1e39"/>'), "style has a number above"),
    "many": (svg("<g/>" * 5001), "Simplify the drawing"),
    "deep": (svg("<g>" * 300 + "</g>" * 300), "not well-formed XML"),
    "entities": (
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<title>&b;</title>"),
        "document type",
    ),
    "no-size": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "neither viewBox nor width"),
    "thin": (svg("", viewBox="0 0 100 1"), "more than 20 times longer"),
    "nothing": (svg("", viewBox="0 0 0 0"), "more than 20 times longer"),
    "not-svg": (b"<html/>", "not an SVG's"),
    "text": (b"hello", "neither PNG nor SVG"),
    "zipped": (b"\x1f\x8b\x08\0", "neither PNG nor SVG"),
    "huge": (b"<" + b" " * LARGEST, "larger than"),
    "cut-png": (png(cut=20), "cannot be drawn"),
    "short-png": (png()[:20], "not a whole PNG"),
    "bomb-png": (png(2, 2).replace(b"\0\0\0\2", b"\0\0\xff\xff"), "65535 × 65535 pixels"),
    "thin-png": (png(100, 2), "more than 20 times longer"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_picture_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = write_house(tmp_path)
    (tmp_path / "logo.svg").write_bytes(content)
    with pytest.raises(BadInput, match=re.escape(said)) as refused:
        take(path)
    assert str(tmp_path / "logo.svg") in str(refused.value)


GOOD = {
    "editor's": svg(
        '<metadata><x xmlns="urn:x"/></metadata>'
        r'<y:namedview xmlns:y="urn:y" y:href="z"/><g xmlns:y="urn:y" y:file="C:\a.svg"/>'
        "<style>.a{fill:url(#g)}</style>"
        '<clipPath id="c"><rect width="5" height="5"/></clipPath><g clip-path="url(#c)"/>'
    ),
    "colours": svg('<rect id="x99999999" fill="#99999999" style="stroke:#123456789"/>'),
    "millimetres": svg("", viewBox="", width="30mm", height="10.5mm"),
    "png": png(300, 40),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_a_usual_picture_is_taken(tmp_path: Path, content: bytes) -> None:
    path = write_house(tmp_path)
    (tmp_path / "logo.svg").write_bytes(content)
    assert take(path).pictures["logo.svg"] == content


def test_a_field_that_nobody_asks_for_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="'stamp' is not asked for: no file was adopted"):
        issued(store, STAMP)
    adopted(store, tmp_path)
    with pytest.raises(BadInput, match=r"'stmap' is not asked for.*Did you mean 'stamp'"):
        issued(store, STAMP | {"stmap": "1"})
    with pytest.raises(BadInput, match="give one line"):
        issued(store, {"stamp": "a\nb"})
    assert store.certificates() == []


def test_only_an_administrator_adopts(store: Store, tmp_path: Path) -> None:
    enter(store)
    taken = take(write_house(tmp_path))
    with pytest.raises(Refused, match="administrator"):
        adopt(store, SystemClock(), taken, by=TECHNICIAN)
    adopt(store, SystemClock(), taken, by=ADMINISTRATOR)


def test_the_commands(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, at = str(write_house(tmp_path)), ["--store", store.url]
    assert main(["laboratory", "show", *at]) == Exit.DONE
    assert "Nothing was adopted" in capsys.readouterr().out
    assert main(["laboratory", "adopt", path, "--check", *at]) == Exit.DONE
    assert main(["laboratory", "adopt", path, "--by", "An", *at]) == Exit.DONE
    assert "statement: complaints (calibration)" in capsys.readouterr().out
    out = tmp_path / "out"
    assert main(["laboratory", "show", "--out", str(out), *at]) == Exit.DONE
    assert "adopted by An" in capsys.readouterr().out
    assert (out / "laboratory.toml").read_text("utf-8") == HOUSE
    issuing = ["certificate", "issue", "0197", "--out", str(out), *at]
    with pytest.raises(SystemExit):
        main([*issuing, "--field", "stamp"])
    assert main([*issuing, "--field", "stamp=7"]) == Exit.DONE


def test_a_file_of_nothing_is_refused(tmp_path: Path) -> None:
    assert HouseFile().laboratory == ()
    with pytest.raises(BadInput, match="says nothing"):
        take(write_house(tmp_path, "# nothing\n"))


def test_the_example_of_the_documents_is_taken() -> None:
    taken = take(Path(__file__).parents[3] / "docs/examples/laboratory.toml")
    assert [table.name for table in taken.file.statement] == ["copying", "complaints"]
    assert [*taken.pictures] == ["logo.svg"]
