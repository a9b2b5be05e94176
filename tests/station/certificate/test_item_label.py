"""Labels: what they say, that the code on them can be read, and for what none is made."""

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import segno
from pypdf import PdfReader

from station.certificate.issue import amend, issue
from station.certificate.item_label import (
    PIXELS_PER_INCH,
    Format,
    Label,
    Line,
    Size,
    of_certificate,
    of_equipment,
    render,
)
from station.certificate.pdf import authenticity
from station.certificate.texts import Languages, same
from station.cli.main import main
from station.errors import BadInput, Exit, Refused
from station.records.store import Store, open_store
from station.register.entries import Entry
from station.run.plan import Order
from tests.station.certificate.gauges import DUTS, Gauges
from tests.station.certificate.houses import write_house
from tests.station.certificate.runs import ISSUED_AT, ORDER, SHOTS, Run, write_down
from tests.station.register.test_equipment_standing import DAMAGED, GOOD, TODAY, register_of

AGREED = ORDER.model_copy(update={"next_due": date(2027, 11, 20)})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        yield opened


def certified(store: Store, order: Order = AGREED) -> str:
    run = write_down(store, Run(shots=SHOTS[:2], order=order))
    made = issue(store, run, by="Approver B", now=ISSUED_AT, order=None, laboratory=None)
    return made.number


def texts(pdf: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_it_says_what_the_certificate_says(store: Store) -> None:
    label = of_certificate(store, certified(store))
    said = {line.label.en: line.value for line in label.lines}
    assert label.heading == "Phòng hiệu chuẩn thử nghiệm"
    assert said == {
        "Certificate": "C26.00001",
        "Serial number": "MY53200001",
        "Asset number": "TS-0815",
        "Date of calibration": "20/11/2026",
        "Next calibration": "20/11/2027",
    }
    xml = store.document(store.certificates()[0].xml)
    assert label.code == authenticity("C26.00001", xml)
    (page,) = texts(render([label], Size(), Format.PDF)[0])
    assert [value for value in said.values() if value not in page] == []


def test_nothing_is_said_of_the_next_calibration_unless_it_was_agreed(store: Store) -> None:
    label = of_certificate(store, certified(store, ORDER))
    assert "Next calibration" not in {line.label.en for line in label.lines}
    kept = store.certificates()[0]
    (page, *_), xml = texts(store.document(kept.pdf)), store.document(kept.xml).decode()
    assert "agreed with the customer" not in page + xml


def test_the_certificate_says_the_agreed_day_too(store: Store) -> None:
    certified(store)
    kept = store.certificates()[0]
    said = "Next calibration, as agreed with the customer: 20 November 2027."
    assert said in " ".join(texts(store.document(kept.pdf)))
    assert said in store.document(kept.xml).decode()


def test_a_day_before_the_work_is_refused(store: Store) -> None:
    past = ORDER.model_copy(update={"next_due": date(2026, 11, 20)})
    with pytest.raises(Refused, match=r"due on 2026-11-20, yet .* Correct `next_due`"):
        certified(store, past)


def test_what_is_no_longer_in_force_gets_no_label(store: Store) -> None:
    number = certified(store)
    order = AGREED.model_copy(update={"asset": "TS-0816"})
    later = amend(store, number, by="Approver B", now=ISSUED_AT, reason="name", order=order)
    with pytest.raises(Refused, match=r"not in force: amended by C26\.00002"):
        of_certificate(store, number)
    assert of_certificate(store, later.number).name == "C26.00002"
    with pytest.raises(BadInput, match=r"no certificate 'C26\.00009'"):
        of_certificate(store, "C26.00009")


# -- the code --------------------------------------------------------------------------------


def pixels(png: bytes) -> list[bytes]:
    """Return the rows of grey values of a PNG of eight bits, RGB or RGBA, not interlaced."""
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    depth, colours, interlaced = png[24], {2: 3, 6: 4}[png[25]], png[28]
    assert (depth, interlaced) == (8, 0)
    packed, at = b"", 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        packed += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    raw, rows, before = zlib.decompress(packed), [], bytearray(width * colours)
    for row in range(height):
        line = raw[row * (width * colours + 1) :][: width * colours + 1]
        before = unfiltered(line[0], bytearray(line[1:]), before, colours)
        rows.append(bytes(before[::colours]))
    return rows


def unfiltered(kind: int, line: bytearray, above: bytearray, step: int) -> bytearray:
    for n in range(len(line)):
        left, up = (line[n - step] if n >= step else 0), above[n]
        corner = above[n - step] if n >= step else 0
        paeth = min((left, up, corner), key=lambda near: abs(left + up - corner - near))
        line[n] = (line[n] + (0, left, up, (left + up) // 2, paeth)[kind]) % 256
    return line


SIDE = 0.45 * (40 - 3) / 25.4 * PIXELS_PER_INCH
"""Of the code on a label of 40 mm x 20 mm, with its quiet zone (pixels)."""


def code_on(rows: list[bytes], modules: int) -> list[list[bool]]:
    """Return the modules of the code at the right edge, where its last dark column is."""
    module = SIDE / (modules + 8)
    right = max(max((n for n, grey in enumerate(row) if grey < 128), default=0) for row in rows)
    top = min(y for y, row in enumerate(rows) if row[right - 2] < 128)
    left = right + 1 - modules * module
    return [
        [rows[int(top + (y + 0.5) * module)][int(left + (x + 0.5) * module)] < 128
         for x in range(modules)]
        for y in range(modules)
    ]  # fmt: skip


def test_the_printed_code_is_the_one_that_was_meant() -> None:
    code = "https://lab.example.com/C26.00001?d=0123456789abcdef"
    label = Label("it", "Phòng", (Line(same("Số"), "1"),), code)
    (png,) = render([label], Size(40.0, 20.0), Format.PNG)
    meant = segno.make_qr(code, error="m")
    matrix = [[bool(module) for module in row] for row in meant.matrix]
    assert code_on(pixels(png), len(matrix)) == matrix


# -- sizes -----------------------------------------------------------------------------------

FULL = Label(
    "it",
    "Phòng hiệu chuẩn thử nghiệm",
    (Line(same("MÔ PHỎNG")), *(Line(same("Ngày hiệu chuẩn Date"), "20/11/2026") for _ in range(4))),
    "C26.00001 0123456789abcdef",
)
SIZES = [(50, 30), (50, 24), (62, 18), (24, 60), (35, 50), (100, 60)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_label_has_its_size_and_all_its_text(width: int, height: int) -> None:
    (pdf,) = render([FULL, FULL], Size(width, height), Format.PDF)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 2
    for page in pages:
        shape = [float(side) / 72 * 25.4 for side in page.mediabox[2:]]
        assert shape == pytest.approx([width, height], abs=0.01)
        assert page.extract_text().count("20/11/2026") == 4
    assert (pdf,) == tuple(render([FULL, FULL], Size(width, height), Format.PDF))


NARROW = {
    "text": (FULL, Size(25, 20)),
    "long-word": (replace(FULL, lines=(Line(same("Số"), "9" * 60),)), Size(30, 40)),
    "long-heading": (replace(FULL, heading="W" * 40), Size(40, 40)),
    "code": (replace(FULL, code="x" * 200), Size(40, 15)),
}


@pytest.mark.parametrize(("label", "size"), NARROW.values(), ids=NARROW)
def test_a_label_that_is_too_small_is_refused(label: Label, size: Size) -> None:
    with pytest.raises(BadInput, match="too small for what stands on it"):
        render([label], size, Format.PDF)


def test_text_is_no_markup() -> None:
    odd = replace(FULL, heading='#panic("x") *a* $x$', lines=(Line(same("#x"), "_y_ <z> @q"),))
    (page,) = texts(render([odd], Size(), Format.PDF)[0])
    assert '#panic("x") *a* $x$' in page
    assert "_y_ <z> @q" in page


@dataclass(frozen=True)
class Spoken:
    languages: Languages
    printed: str
    not_printed: str


SPOKEN = {
    "both": Spoken(Languages.BOTH, "Số sản xuất Serial number", "November"),
    "vietnamese": Spoken(Languages.VIETNAMESE, "Ngày hiệu chuẩn", "Date"),
    "english": Spoken(Languages.ENGLISH, "20 November 2026", "Ngày"),
}


@pytest.mark.parametrize("case", SPOKEN.values(), ids=SPOKEN)
def test_a_label_speaks_as_its_certificate(store: Store, case: Spoken) -> None:
    run = write_down(store, Run(shots=SHOTS[:2]))
    given = {"by": "B", "now": ISSUED_AT, "order": None, "laboratory": None}
    made = issue(store, run, languages=case.languages, **given)  # type: ignore[arg-type]
    (page,) = texts(render([of_certificate(store, made.number)], Size(80, 50), Format.PDF)[0])
    assert case.printed in page
    assert case.not_printed not in page


# -- verification and equipment --------------------------------------------------------------


def test_what_failed_its_verification_gets_no_label(store: Store) -> None:
    run = Gauges(legal=True, refused=DUTS[1]).write_down(store)
    order = AGREED.model_copy(update={"asset": "", "condition": ""})
    good, bad = (
        issue(store, run, dut=dut, by="B", now=ISSUED_AT, order=order, laboratory=None).number
        for dut in DUTS[:2]
    )
    label = of_certificate(store, good)
    assert {line.label.en for line in label.lines} >= {"Date of verification", "Valid until"}
    said = "Valid until 20 November 2027, provided that the rules of use and storage are observed."
    assert said in store.document(store.certificates()[1].xml).decode()
    assert bad.startswith("N")
    with pytest.raises(Refused, match="is a notice"):
        of_certificate(store, bad)


OUT = ("Equipment", "Serial number", "OUT OF SERVICE")
STANDINGS = {
    "in-use": (GOOD, TODAY, ("Equipment", "Serial number", "Calibrated", "Due")),
    "overdue": (GOOD, date(2028, 1, 1), OUT),
    "damaged": ((*GOOD, DAMAGED), TODAY, OUT),
    "unknown": (GOOD[:1], TODAY, OUT),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "on", "says"), STANDINGS.values(), ids=STANDINGS)
def test_equipment_is_labelled_as_it_stands(
    entries: Sequence[Entry], on: date, says: tuple[str, ...]
) -> None:
    label = of_equipment(register_of(entries).equipment["S-1"], on)
    assert tuple(line.label.en for line in label.lines) == says
    assert label.code == ("S-1 C1 digest of C1" if "Due" in says else "S-1")


def test_the_commands(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--store", store.url]
    assert main(["laboratory", "adopt", str(write_house(tmp_path)), *at]) == Exit.DONE
    run = write_down(store, Run(shots=SHOTS[:2], order=AGREED))
    out = tmp_path / "out"
    issuing = ["certificate", "issue", run, "--field", "stamp=7", "--out", str(out), *at]
    assert main(issuing) == Exit.DONE
    number = store.certificates()[0].number
    assert of_certificate(store, number).code.startswith(f"https://lab.example.com/{number}?d=")
    labelling = ["certificate", "label", number, number, "--out", str(out), *at]
    capsys.readouterr()
    assert main(labelling) == Exit.DONE
    assert main([*labelling, "--format", "svg", "--size", "24x60"]) == Exit.DONE
    said = capsys.readouterr().out.split()
    assert said == [str(out / "label-certificates.pdf"), *[str(out / f"label-{number}.svg")] * 2]
    with pytest.raises(SystemExit):
        main([*labelling, "--size", "5000x1"])
    assert main(["equipment", "label", "CAL-09", *at]) == Exit.BAD_INPUT
