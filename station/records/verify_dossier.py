"""Verify a dossier: everything behind one calibration certificate. Python 3.9 or later alone.

    python verify.py DOSSIER.zip     (or the folder into which it was unpacked)

What is recomputed: the SHA-256 of every file; the hash of every row of the journal and the link to
the row before; the hash of every row of the register that is here; that the journal ends with the
head that the certificate states; that every document which the journal names is here. Exit code 0:
all as written. 1: something is not, and is named. 2: this is no dossier.

What it cannot tell: whether the whole dossier was made up. For that, compare the head of the
journal with the one printed on the certificate you were given, and verify its signature.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
LARGEST = 1 << 30
"""Bytes that are read of one file; more is refused."""


class NoDossier(Exception):
    """What was named cannot be read as a dossier."""


def read(name: str) -> dict[str, bytes]:
    """Return the files of a dossier, by name."""
    path = Path(name)
    try:
        if path.is_dir():
            found = [each for each in path.rglob("*") if each.is_file()]
            return {each.relative_to(path).as_posix(): each.read_bytes() for each in found}
        with zipfile.ZipFile(path) as archive:
            if len(set(archive.namelist())) < len(archive.namelist()):
                raise NoDossier(name + ": two files have one name")
            if sum(each.file_size for each in archive.infolist()) > LARGEST:
                raise NoDossier(name + ": larger than 1 GiB")
            return {each: archive.read(each) for each in archive.namelist()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise NoDossier(name + ": cannot be read (" + str(error) + ")") from error


def row_hash(chain: str, row: dict[str, Any]) -> str:
    """Return the SHA-256 over all columns of a row, as the station computes it."""
    columns = (chain, str(row["seq"]), row["at"], row["kind"], row["previous"], row["body"])
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()


def rows(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines."""
    return [json.loads(line) for line in content.decode().split("\n") if line]


def faults_of_files(files: dict[str, bytes], manifest: dict[str, Any]) -> Iterator[str]:
    """Yield every file that is missing, too many, or not what was written."""
    stated = manifest["files"]
    for name in sorted(set(stated) - set(files)):
        yield name + ": is missing"
    for name in sorted(set(files) - set(stated) - {"manifest.json"}):
        yield name + ": is not of this dossier"
    for name in sorted(set(stated) & set(files)):
        if hashlib.sha256(files[name]).hexdigest() != stated[name]:
            yield name + ": is not what was written"


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


def faults_of_documents(
    files: dict[str, bytes],
    journal: list[dict[str, Any]],
    register: list[dict[str, Any]],
    manifest: dict[str, Any],
) -> Iterator[str]:
    """Yield every document that is named and not here, and what contradicts the certificate."""
    digests = {hashlib.sha256(content).hexdigest() for content in files.values()}
    begun = json.loads(journal[0]["body"])
    for instrument in begun["instruments"]:
        digest = instrument.get("certificate_digest")
        if digest and digest not in digests:
            yield "certificate of " + instrument["role"] + " (" + digest + "): is not here"
    if begun.get("bench_digest") and begun["bench_digest"] not in digests:
        yield "bench file (" + begun["bench_digest"] + "): is not here"
    for row in register:
        entry = json.loads(row["body"])
        if row["kind"] == "laboratory-adopted":
            for digest in (entry["document"], *entry["pictures"].values()):
                if digest not in digests:
                    yield "the laboratory's texts or pictures (" + digest + "): not here"
        if row["kind"] == "issued" and entry["number"] == manifest["certificate"]:
            for kind in ("pdf", "xml"):
                if entry[kind] not in digests:
                    yield "issued " + kind + " (" + entry[kind] + "): is not here"
    if manifest["head"].encode() not in files.get("certificate.xml", b""):
        yield "certificate.xml: does not state the head of the journal"
    yield from faults_of_checkpoint(files, journal, manifest)


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
        found = list(faults_of_files(files, manifest))
        journal, register = rows(files["journal.jsonl"]), rows(files["register.jsonl"])
        found += faults_of_journal(journal, manifest)
        found += faults_of_register(register)
        found += faults_of_documents(files, journal, register, manifest)
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
        print(error)
        return 2
    for fault in faults:
        print(fault)
    verdict = "NOT VERIFIED" if faults else "all as written"
    print(manifest["certificate"] + ": " + verdict + "; head of the journal " + manifest["head"])
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
