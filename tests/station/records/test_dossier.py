"""Everything behind one certificate, verified by a program that has nothing of the station."""

import hashlib
import io
import json
import math
import re
import shutil
import subprocess
import sys
import tomllib
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path
from statistics import fmean

import pytest

from station.cli.main import main
from station.clock import SystemClock
from station.errors import BadInput, Tampered
from station.records import verify_dossier
from station.records.dossier import dossier
from station.records.store import open_store
from station.records.trace import trace
from station.register import book
from station.register import entries as r
from tests.station.records.issued import SERIAL, Certified, changed


@pytest.fixture(scope="module")
def content(issued: Certified) -> bytes:
    with open_store(issued.url) as store:
        return dossier(store, issued.number)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, each in files.items():
            archive.writestr(name, each)
    return path


def test_its_own_program_verifies_it_alone(issued: Certified, tmp_path: Path) -> None:
    """The program that is in the zip, in an interpreter without any other package."""
    path = tmp_path / "dossier.zip"
    assert main(["dossier", issued.number, str(path), "--store", issued.url]) == 0
    (tmp_path / "alone").mkdir()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "alone")
    program = tmp_path / "alone" / "verify.py"
    for what in (path, tmp_path / "alone"):
        done = subprocess.run(
            [sys.executable, "-I", "-S", program, what], check=False, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{issued.number}: all as written; head of the journal ")


def test_the_same_store_gives_the_same_bytes(issued: Certified, content: bytes) -> None:
    with open_store(issued.url) as store:
        assert dossier(store, issued.number) == content


def test_it_holds_what_the_certificate_rests_on(issued: Certified, content: bytes) -> None:
    files = unpacked(content)
    assert files["certificate.pdf"].startswith(b"%PDF")
    documents = [each for name, each in files.items() if name.startswith("documents/")]
    assert any(b"SIM-2026-0417" in each for each in documents), "the standard's certificate"
    assert any(b"[bench]" in each for each in documents), "the bench file"
    kinds = [json.loads(line)["kind"] for line in files["register.jsonl"].splitlines()]
    assert "issued" in kinds
    assert issued.number.encode() in files["README.txt"]


def test_a_number_is_followed_by_hand_from_the_page_to_the_bytes(content: bytes) -> None:
    """With what is in the dossier alone, as its README says, and no program of the station."""
    dossier_files = unpacked(content)
    rows = [json.loads(line) for line in dossier_files["journal.jsonl"].splitlines()]
    begun = json.loads(rows[0]["body"])
    found = [json.loads(row["body"]) for row in rows if row["kind"] == "measured"]
    measured = found[[each["point"] for each in found].index("dc-voltage/10 V/5 V")]
    replies = [sent["received"] for sent in measured["wire"] if sent["sent"].startswith("READ?")]
    indication = fmean(float(reply.partition(";")[0]) for reply in replies)
    calibrator = begun["instruments"][0]
    file = dossier_files[f"documents/{calibrator['certificate_digest']}.toml"]
    certificate = tomllib.loads(file.decode())
    points = [
        point
        for table in certificate["table"]
        for each in table["range"]
        for point in each["points"]
        if table["quantity"] == "dc-voltage" and point["nominal"] == 5.0
    ]
    (point,) = points
    reference = 5.0 + point["deviation"]
    assert measured["error"] == pytest.approx(indication - reference, abs=1e-12)
    u = math.sqrt(sum(line["contribution"] ** 2 for line in measured["budget"]))
    assert measured["expanded_uncertainty"] == pytest.approx(u * measured["coverage_factor"])
    (applied,) = (line for line in measured["budget"] if line["name"] == "applied")
    assert applied["contribution"] == pytest.approx(point["U"] / point["k"])
    xml = dossier_files["certificate.xml"].decode()
    printed = (f"{reference:.6f}", f"{indication:.6f}", f"{indication - reference:.6f}")
    for number in printed:  # U = 79 µV: so the page is in whole µV
        assert re.search(rf"XMLList>{re.escape(number)} ", xml), number


def test_names_are_ours_or_digests(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not name.startswith("/")
            assert ".." not in name.split("/")
            assert "\\" not in name


def test_a_changed_byte_in_any_file_is_found(content: bytes) -> None:
    files = unpacked(content)
    for name, each in files.items():
        for place in {0, len(each) // 3, len(each) // 2, len(each) - 2}:
            wrong = bytearray(each)
            wrong[place] ^= 1
            try:
                faults, _ = verify_dossier.verify(files | {name: bytes(wrong)})
            except verify_dossier.NoDossier:
                continue
            assert faults, (name, place)


def summed(files: dict[str, bytes]) -> dict[str, bytes]:
    """A forger's work: the sums say that it must be so."""
    sums = (
        f"{hashlib.sha256(each).hexdigest()}  {name}\n"
        for name, each in files.items()
        if name != "SHA256SUMS"
    )
    return files | {"SHA256SUMS": "".join(sums).encode()}


def row_changed(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    text = files[name].decode()
    assert old in text
    return summed(files | {name: text.replace(old, new).encode()})


FORGED = [
    pytest.param("journal.jsonl", "4872301", "4872302", "is not what was written", id="journal"),
    pytest.param(
        "register.jsonl", "approver", "somebody", "is not what was written", id="register"
    ),
    pytest.param("checkpoint.json", '"length"', '"lenght"', "", id="checkpoint"),
    pytest.param(
        "certificate.xml", "Hash of", "Hash  of", "the register says was issued", id="the XML"
    ),
    pytest.param("register.jsonl", "issued", "isused", "does not say that", id="never issued"),
    pytest.param(
        "manifest.json", "Example Customer", "Another Customer", "manifest.json: is not", id="whose"
    ),
    pytest.param("manifest.json", "2026-11-03", "2026-11-04", "manifest.json: is not", id="when"),
    pytest.param(
        "manifest.json", '"dut": "dut"', '"dut": "dut-2"', "of another run or item", id="what"
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "fault"), FORGED)
def test_what_was_forged_with_its_manifest_is_found(
    content: bytes, name: str, old: str, new: str, fault: str
) -> None:
    forged = row_changed(unpacked(content), name, old, new)
    try:
        faults, _ = verify_dossier.verify(forged)
    except verify_dossier.NoDossier:
        assert fault == ""
        return
    assert any(fault in each for each in faults)


def test_a_forged_page_beside_the_issued_one_is_found(content: bytes) -> None:
    """The page that was issued is there, among the documents; what is shown is another."""
    files = unpacked(content)
    issued = files["certificate.pdf"]
    beside = f"documents/{hashlib.sha256(issued).hexdigest()}.pdf"
    forged = summed(files | {beside: issued, "certificate.pdf": issued + b"%"})
    faults, _ = verify_dossier.verify(forged)
    assert faults == ["certificate.pdf: is not what the register says was issued"]


def test_a_document_is_what_it_is_called(content: bytes) -> None:
    files = unpacked(content)
    first, second = (name for name in files if name.startswith("documents/"))
    faults, _ = verify_dossier.verify(summed(files | {first: files[second]}))
    assert faults == [f"{first}: is not called by its SHA-256"]


def test_the_commands_of_its_readme_do_what_it_says(content: bytes, tmp_path: Path) -> None:
    zipped = tmp_path / "DOSSIER.zip"
    zipped.write_bytes(content)
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path / "unpacked")
    readme = (tmp_path / "unpacked" / "README.txt").read_text("utf-8")
    commands = [line.split() for line in readme.splitlines() if line.startswith(("  sha", "  pyt"))]
    assert len(commands) == 3
    for program, *arguments in commands:
        if shutil.which(program) is None:
            continue  # not on Windows
        told = subprocess.run(
            [program, *(str(zipped) if each == zipped.name else each for each in arguments)],
            check=True, capture_output=True, text=True, cwd=tmp_path / "unpacked",
        ).stdout  # fmt: skip
        assert "all as written" in told or told.count(": OK") == len(unpacked(content)) - 1


@pytest.mark.parametrize("name", ["journal.jsonl", "certificate.pdf", "checkpoint.json"])
def test_a_missing_or_a_strange_file_is_named(
    content: bytes, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = unpacked(content)
    files["more.txt"] = b""
    assert verify_dossier.main([str(packed(files, tmp_path / "more.zip"))]) == 1
    assert "more.txt: is not of this dossier" in capsys.readouterr().out
    del files["more.txt"], files[name]
    assert verify_dossier.main([str(packed(files, tmp_path / "less.zip"))]) in (1, 2)
    assert "NOT VERIFIED" in (told := capsys.readouterr().out) or "not the files" in told


def bomb(packing: int) -> bytes:
    """64 MiB of nothing, which a zip says to be of one byte."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        archive.writestr("journal.jsonl", bytes(2**26))
    content = made.getvalue()
    size = (2**26).to_bytes(4, "little")
    assert content.count(size) == 2
    return content.replace(size, (1).to_bytes(4, "little"))


HOSTILE = [
    pytest.param(bomb(zipfile.ZIP_DEFLATED), "cannot be read", id="deflated"),
    pytest.param(bomb(zipfile.ZIP_BZIP2), "packed in a way", id="bzip2"),
    pytest.param(bomb(zipfile.ZIP_LZMA), "packed in a way", id="LZMA"),
]


@pytest.mark.parametrize(("wrong", "said"), HOSTILE)
def test_a_bomb_does_not_go_off(
    tmp_path: Path, wrong: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(wrong)
    tracemalloc.start()
    assert verify_dossier.main([str(path)]) == 2
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert said in capsys.readouterr().out
    assert most < 2**24


def test_more_than_is_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with (folder / "journal.jsonl").open("wb") as file:
        file.truncate(verify_dossier.LARGEST + 1)
    assert verify_dossier.main([str(folder)]) == 2
    assert "larger than 256 MiB" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "documents/../../evil", "C:\\evil", "x\n\x1b[2Jall as written"]
)
def test_a_strange_name_is_named_and_never_printed_as_it_is(
    content: bytes, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = packed(summed(unpacked(content) | {name: b""}), tmp_path / "d.zip")
    assert verify_dossier.main([str(path)]) == 1
    printed = capsys.readouterr().out
    assert "no file of a dossier is called so" in printed
    assert "\x1b" not in printed
    assert all(line.isprintable() for line in printed.splitlines())
    assert "\nall as written" not in printed


def test_no_byte_of_a_zip_ends_it_otherwise(content: bytes, tmp_path: Path) -> None:
    """A sample of the zip's own bytes, changed or cut there."""
    path = tmp_path / "d.zip"
    directory = content.rindex(b"PK\x01\x02") - 600
    places = [*range(0, 100, 3), *range(directory, len(content), 3)]
    for place in places:
        wrong = bytearray(content)
        wrong[place] ^= 0xFF
        for each in (bytes(wrong), content[:place]):
            path.write_bytes(each)
            assert verify_dossier.main([str(path)]) in (0, 1, 2)


NO_ZIP = [
    pytest.param(b"", id="empty"),
    pytest.param(b"PK\x03\x04", id="the beginning of one"),
    pytest.param(b"x" * 1000, id="something else"),
]


@pytest.mark.parametrize("wrong", NO_ZIP)
def test_what_is_no_dossier_is_said(
    tmp_path: Path, wrong: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(wrong)
    assert verify_dossier.main([str(path)]) == 2
    assert "cannot be read" in capsys.readouterr().out


def test_what_the_register_says_of_the_standard_and_the_people_is_in_it(
    issued: Certified, tmp_path: Path
) -> None:
    copy = changed(Path(issued.url), tmp_path / "copy.db")
    with open_store(str(copy)) as store:
        original = store.keep(b"<dcc/>", name="as it came", media_type="text/xml")
        digest = str(trace(store, issued.number).standards["calibrator"].bound.certificate_digest)
    by = {"by": "administrator"}
    said: list[r.Entry] = [
        r.EquipmentEntered(equipment="CAL-1", title="Calibrator", maker="F", type="5522A",
                           serial=SERIAL, **by),
        r.EquipmentEntered(equipment="CAL-2", title="Calibrator", maker="F", type="5522A",
                           serial="other", **by),
        r.CertificateEntered(equipment="CAL-1", number="SIM-2026-0417", issuer="I",
                             dated=date(2026, 9, 14), due=date(2027, 9, 13), source="DCC",
                             document=digest, original=original, **by),
        r.PersonEntered(login="tester", name="T. Ester", **by),
        r.PasswordSet(login="tester", hash="$argon2id$secret", **by),
        r.PersonEntered(login="stranger", name="S. Tranger", **by),
        r.Withdrawn(number=issued.number, reason="a mistake", **by),
    ]  # fmt: skip
    with open_store(str(copy)) as store:
        book.act(store, SystemClock(), lambda _: said)
        files = unpacked(dossier(store, issued.number))
    text = files["register.jsonl"].decode()
    for there in ("CAL-1", "T. Ester", "a mistake"):
        assert there in text
    for not_there in ("CAL-2", "secret", "stranger"):
        assert not_there not in text
    assert verify_dossier.verify(files)[0] == []
    came = f"documents/{original}.xml"
    assert files.pop(came) == b"<dcc/>"
    assert verify_dossier.verify(summed(files))[0] == [
        f"certificate SIM-2026-0417 as it came ({original}): is not here"
    ]


def test_a_dossier_with_a_hole_is_not_made(issued: Certified, tmp_path: Path) -> None:
    copy = changed(
        Path(issued.url), tmp_path / "copy.db", "DELETE FROM document WHERE name LIKE 'SIM-%'"
    )
    with open_store(str(copy)) as store, pytest.raises(BadInput, match="has no document"):
        dossier(store, issued.number)
    copy = changed(
        Path(issued.url), tmp_path / "cut.db", "UPDATE entry SET body = '{}' WHERE seq = 3"
    )
    with open_store(str(copy)) as store, pytest.raises(Tampered):
        dossier(store, issued.number)
