"""Verify a dossier: everything behind one calibration certificate. Python 3.9 or later alone.

    python verify.py DOSSIER.zip     (or the folder into which it was unpacked)

What is recomputed: the SHA-256 of every file; the hash of every row of the journal and the link to
the row before; the hash of every row of the register that is here; that the journal ends with the
head that the certificate states; that the certificate is the one which the register says was
issued; that every document which journal and register name is here. Exit code 0: all as written.
1: something is not, and is named. 2: this is no dossier.

What it cannot tell: whether the whole dossier was made up. For that, compare the head of the
journal with the one printed on the certificate you were given, and verify its signature.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
LARGEST = 1 << 28
"""Bytes that are read of all files together; more is refused."""

NAME = re.compile(r"(documents/)?[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)?")
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How files of a zip may be packed: of other ways it is not told beforehand what comes out."""


class NoDossier(Exception):
    """What was named cannot be read as a dossier."""


def read(name: str) -> dict[str, bytes]:
    """Return the files of a dossier, by name; nothing is unpacked to the disk."""
    path = Path(name)
    try:
        if path.is_dir():
            return read_folder(path)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            refuse_hostile(entries)
            return {each.filename: whole(archive, each) for each in entries if not each.is_dir()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise NoDossier("cannot be read (" + str(error) + ")") from error
    except (zlib.error, struct.error, EOFError, ValueError, MemoryError) as error:
        raise NoDossier("cannot be read (" + repr(error) + ")") from error


def whole(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of a file, unpacking no more than the size that the zip states."""
    with archive.open(entry) as file:
        return file.read(entry.file_size + 1)


def refuse_hostile(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip of which it is not known beforehand what comes out."""
    if len({each.filename for each in entries}) < len(entries):
        raise NoDossier("two files have one name")
    if any(each.compress_type not in PACKED for each in entries):
        raise NoDossier("packed in a way that no dossier is")
    if sum(each.file_size for each in entries) > LARGEST:
        raise NoDossier("larger than 256 MiB")


def read_folder(path: Path) -> dict[str, bytes]:
    """Return the files of an unpacked dossier, by name."""
    found = [each for each in path.rglob("*") if each.is_file()]
    if sum(each.stat().st_size for each in found) > LARGEST:
        raise NoDossier("larger than 256 MiB")
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in found}


def row_hash(chain: str, row: dict[str, Any]) -> str:
    """Return the SHA-256 over all columns of a row, as the station computes it."""
    columns = (chain, str(row["seq"]), row["at"], row["kind"], row["previous"], row["body"])
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()


def rows(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines."""
    return [json.loads(line) for line in content.decode().split("\n") if line]


def faults_of_files(files: dict[str, bytes]) -> Iterator[str]:
    """Yield every file that is missing, too many, or not what was written."""
    lines = files["SHA256SUMS"].decode().splitlines()
    stated = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in sorted(set(stated) - set(files)):
        yield name + ": is missing"
    for name in sorted(set(files) - set(stated) - {"SHA256SUMS"}):
        yield name + ": is not of this dossier"
    for name in sorted(files):
        digest = hashlib.sha256(files[name]).hexdigest()
        if NAME.fullmatch(name) is None:
            yield name + ": no file of a dossier is called so"
        if stated.get(name, digest) != digest:
            yield name + ": is not what was written"
        if name.startswith("documents/") and name[10:].partition(".")[0] != digest:
            yield name + ": is not called by its SHA-256"


def faults_of_journal(journal: list[dict[str, Any]], manifest: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the journal's chain; the first fault ends it."""
    previous = GENESIS
    for expected, row in enumerate(journal):
        where = "journal, entry " + str(expected)
        if row["seq"] != expected:
            yield where + ": is missing"
            return
        if row["previous"] != previous:
            yield where + ": does not follow the entry before it"
            return
        if row_hash(manifest["run"], row) != row["hash"]:
            yield where + ": is not what was written"
            return
        previous = row["hash"]
    entries = manifest["entries"]
    if len(journal) < entries or entries < 1 or journal[entries - 1]["hash"] != manifest["head"]:
        yield "journal: does not have the head that the certificate was computed from"


def faults_of_register(register: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the rows of the register that are here."""
    before = None
    for row in register:
        where = "register, entry " + str(row["seq"])
        if row_hash("register", row) != row["hash"]:
            yield where + ": is not what was written"
        elif before is not None and row["seq"] <= before["seq"]:
            yield where + ": is out of order"
        elif before is not None and row["seq"] == before["seq"] + 1:
            if row["previous"] != before["hash"]:
                yield where + ": does not follow the entry before it"
        before = row


def faults_of_certificate(
    files: dict[str, bytes], register: list[dict[str, Any]], manifest: dict[str, Any]
) -> Iterator[str]:
    """Yield where the certificate is not the one that the register says was issued."""
    said = [json.loads(row["body"]) for row in register if row["kind"] == "issued"]
    issued = [entry for entry in said if entry["number"] == manifest["certificate"]]
    if len(issued) != 1:
        yield "register: does not say that the certificate was issued, or says it twice"
    for entry in issued:
        if (entry["run"], entry["dut"]) != (manifest["run"], manifest["dut"]):
            yield "register: says that the certificate is of another run or item"
        for kind in ("pdf", "xml"):
            name = "certificate." + kind
            if entry[kind] != hashlib.sha256(files[name]).hexdigest():
                yield name + ": is not what the register says was issued"
        known = [manifest[name] for name in ("issued", "terms", "entries", "head")]
        record = hashlib.sha256(json.dumps(known).encode()).hexdigest()
        # Registers from before it was written down do not say it.
        if entry.get("record") and entry["record"] != record:
            yield "manifest.json: is not what the register says of the certificate"
    if manifest["head"].encode() not in files["certificate.xml"]:
        yield "certificate.xml: does not state the head of the journal"


def faults_of_documents(
    files: dict[str, bytes], journal: list[dict[str, Any]], register: list[dict[str, Any]]
) -> Iterator[str]:
    """Yield every document that is named and not here."""
    digests = {name[10:].partition(".")[0] for name in files if name.startswith("documents/")}
    named: dict[str | None, str] = {}
    for row in journal:
        entry = json.loads(row["body"])
        if row["kind"] in ("run-begun", "resumed"):
            named[entry.get("bench_digest")] = "bench file"
            for each in entry.get("instruments", ()):
                named[each.get("certificate_digest")] = "certificate of " + each["role"]
    for row in register:
        entry = json.loads(row["body"])
        if row["kind"] == "laboratory-adopted":
            for digest in (entry["document"], *entry["pictures"].values()):
                named[digest] = "the laboratory's texts or pictures"
        if row["kind"] == "certificate-entered" and entry["document"] in named:
            named[entry.get("original")] = "certificate " + entry["number"] + " as it came"
    for digest, what in named.items():
        if digest and digest not in digests:
            yield what + " (" + digest + "): is not here"


def faults_of_checkpoint(
    files: dict[str, bytes], journal: list[dict[str, Any]], manifest: dict[str, Any]
) -> Iterator[str]:
    """Yield what the checkpoint says otherwise than the journal."""
    envelope = json.loads(files["checkpoint.json"])
    inner = envelope["checkpoint"]
    text = json.dumps(inner, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(text.encode()).hexdigest() != envelope["sha256"]:
        yield "checkpoint.json: its SHA-256 is another"
    end = inner["runs"].get(manifest["run"], {"length": 0, "head": ""})
    if (end["length"], end["head"]) != (len(journal), journal[-1]["hash"]):
        yield "checkpoint.json: the journal ends otherwise"


def verify(files: dict[str, bytes]) -> tuple[list[str], dict[str, Any]]:
    """Return everything that is wrong, and the manifest."""
    try:
        manifest = json.loads(files["manifest.json"])
        found = list(faults_of_files(files))
        journal, register = rows(files["journal.jsonl"]), rows(files["register.jsonl"])
        found += faults_of_journal(journal, manifest)
        found += faults_of_register(register)
        found += faults_of_certificate(files, register, manifest)
        found += faults_of_documents(files, journal, register)
        found += faults_of_checkpoint(files, journal, manifest)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise NoDossier("not the files of a dossier (" + repr(error) + ")") from error
    return found, manifest


def main(arguments: list[str]) -> int:
    """Print what is found and return the exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        faults, manifest = verify(read(arguments[0]))
    except NoDossier as error:
        print(shown(arguments[0] + ": " + str(error)))
        return 2
    for fault in faults:
        print(shown(fault))
    verdict = "NOT VERIFIED" if faults else "all as written"
    number, head = str(manifest["certificate"]), str(manifest["head"])
    print(shown(number + ": " + verdict + "; head of the journal " + head))
    return 1 if faults else 0


def shown(text: str) -> str:
    """Return a text of the dossier as a terminal may print it: one line, and no commands."""
    return "".join(each if each.isprintable() and each.isascii() else "?" for each in text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
