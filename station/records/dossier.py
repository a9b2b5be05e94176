"""A dossier: everything behind one certificate in one zip, which verifies without the station.

The same store gives the same bytes: files in order, stored as they are, with no time of their own.
Their names are ours or digests, never a text that somebody entered.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC
from importlib.resources import files

from station.records.about import (
    OF_CERTIFICATES,
    OF_EQUIPMENT,
    OF_LABORATORY,
    OF_PEOPLE,
    adopted_by,
    read_row,
    register_rows,
)
from station.records.chain import Columns
from station.records.checkpoint import checkpoint, written
from station.records.store import CertificateIssued, Store
from station.records.trace import Trace, is_about, trace
from station.register import entries as r
from station.run.entries import Resumed, RunBegun

COLUMNS = ("seq", "at", "kind", "body", "previous", "hash")

README = """\
Dossier of certificate {number}
{underline}

Everything that stands behind the certificate, as the calibration station recorded it:

  certificate.pdf, certificate.xml   the certificate as it was issued
  journal.jsonl     the journal of run {run}: one row a line. "body" is what was
                    written down (JSON in a string), "hash" the SHA-256 over
                    run, seq, at, kind, previous and body joined by newlines, and
                    "previous" the hash of the row before
  register.jsonl    the rows of the laboratory's register about this certificate,
                    about its standards and about the people who took part; rows
                    about other things are left out, so not all follow each other;
                    they are hashed in the same way, with the word register for the run
  documents/        the files that journal and register name, called by their SHA-256:
{documents}
  manifest.json     when the certificate was issued, for whom ("terms"), and how many
                    entries of the journal it was computed from
  checkpoint.json   how long the journal and the register were, and how they end
  SHA256SUMS        the SHA-256 of every file
  verify.py         recomputes all of that; needs Python 3.9 or later, nothing else

Verify it, in the folder into which it was unpacked, or the zip as it is:

  sha256sum --check SHA256SUMS
  python3 verify.py .
  python3 verify.py DOSSIER.zip

It prints "all as written", or names what is not. Whoever does not trust the sender takes
verify.py from the station's source (station/records/verify_dossier.py; it is in every dossier the
same) and not from here. Then compare the head of the journal that it prints with the one on the
certificate that you were given:

  {head}

A row of the journal cannot be changed, left out or put in without changing that head. Where the
certificate is signed, verify its signature too, with any PDF reader or

  pdfsig certificate.pdf

Whoever made a whole dossier up could not sign it.

From a number on the page to the bytes: find its point among "points" in the first row of the
journal, then the last row of kind "measured" with that point and phase that no later row of kind
"voided" names. "readings" are the indications with what was received ("raw"), "wire" all that was
sent and received for them, "budget" each contribution with the certificate that it comes from; for
a point with "rests_on" they are in the rows of kind "observed" that it names. The page shows the
numbers rounded. They were computed by
{programs}
"""


def dossier(store: Store, number: str) -> bytes:
    """Return the zip of the certificate `number`.

    Raises:
        BadInput: there is no such certificate, or a document it rests on is not kept.
        Tampered: what is kept is not what was written.
    """
    found = trace(store, number)
    issued = found.certificate
    register = _register(store, found)
    content = {
        "certificate.pdf": store.document(issued.pdf),
        "certificate.xml": store.document(issued.xml),
        "journal.jsonl": _lines(list(store.entries(issued.run))),
        "register.jsonl": _lines(register),
        "checkpoint.json": written(checkpoint(store, run=issued.run)),
        "manifest.json": _manifest(issued),
        "verify.py": (files("station.records") / "verify_dossier.py").read_bytes(),
    }
    named = []
    for digest, what in dict(_documents(found, register)).items():
        kept = store.document(digest)
        name = f"documents/{digest}{_ending(kept)}"
        content[name] = kept
        named.append(f"    {name[10:18]}…  {_one_line(what)}")
    content["README.txt"] = _readme(found, named).encode()
    sums = (f"{hashlib.sha256(each).hexdigest()}  {name}\n" for name, each in content.items())
    return _zip(content | {"SHA256SUMS": "".join(sorted(sums)).encode()})


def _manifest(issued: CertificateIssued) -> bytes:
    manifest = {
        "dossier": 1,
        "certificate": issued.number,
        "run": issued.run,
        "dut": issued.dut,
        "issued": issued.issued.astimezone(UTC).isoformat(),
        "terms": issued.order_body,
        "entries": issued.entries,
        "head": issued.head,
    }
    return json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=2).encode()


def _readme(found: Trace, documents: Sequence[str]) -> str:
    issued, begun = found.certificate, found.begun
    sittings: tuple[RunBegun | Resumed, ...] = (begun, *found.resumed)
    programs = [f"{each.software}, SHA-256 {each.software_digest}" for each in sittings]
    programs.append(
        f"procedure {begun.procedure}, revision {begun.revision}, SHA-256 {begun.procedure_digest}"
    )
    return README.format(
        number=issued.number,
        underline="=" * (len(issued.number) + 23),
        run=issued.run,
        head=issued.head,
        documents="\n".join(documents) or "    (none)",
        programs="\n".join(f"  {_one_line(each)}" for each in dict.fromkeys(programs)),
    )


def _documents(found: Trace, register: Sequence[Columns]) -> Iterator[tuple[str, str]]:
    """Yield the digest of each document that journal and register name, and what it is."""
    sittings: tuple[RunBegun | Resumed, ...] = (found.begun, *found.resumed)
    for sitting in sittings:
        if sitting.bench_digest:
            yield sitting.bench_digest, "bench file"
        for bound in sitting.instruments:
            if bound.certificate_digest is not None:
                what = f"certificate {bound.certificate} of {bound.title}, {bound.serial}"
                yield bound.certificate_digest, what
    used = {each.bound.certificate_digest for each in found.standards.values()}
    for columns in register:
        entry = read_row(columns).entry
        if isinstance(entry, r.CertificateEntered) and entry.document in used and entry.original:
            yield entry.original, f"certificate {entry.number} as the laboratory got it"
    for digest, name in adopted_by(found.certificate).items():
        yield digest, f"the laboratory's own {name}"


def _register(store: Store, found: Trace) -> list[Columns]:
    """Return the rows of the register about the certificate, its standards, its people."""
    issued = found.certificate
    lives = register_rows(store, OF_CERTIFICATES, (issued.run, issued.number))
    rows = [columns for columns in lives if is_about(read_row(columns).entry, issued)]
    serials = {each.bound.serial for each in found.standards.values()}
    entries = [(columns, read_row(columns).entry) for columns in register_rows(store, OF_EQUIPMENT)]
    used = {
        entry.equipment
        for _, entry in entries
        if isinstance(entry, r.EquipmentEntered) and entry.serial in serials
    }
    rows += [columns for columns, entry in entries if getattr(entry, "equipment", "") in used]
    entries = [(columns, read_row(columns).entry) for columns in register_rows(store, OF_PEOPLE)]
    took_part = {
        entry.login
        for _, entry in entries
        if isinstance(entry, r.PersonEntered) and found.people.keys() & {entry.login, entry.name}
    }
    rows += [columns for columns, entry in entries if getattr(entry, "login", "") in took_part]
    if adopted := adopted_by(issued):
        entries = [
            (columns, read_row(columns).entry)
            for columns in register_rows(store, OF_LABORATORY, tuple(adopted))
        ]
        rows += [columns for columns, entry in entries if getattr(entry, "document", "") in adopted]
    return sorted(rows)


def _lines(rows: Sequence[Columns]) -> bytes:
    texts = (json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows)
    return "".join(f"{text}\n" for text in texts).encode()


def _ending(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return ".pdf"
    if content.startswith(b"\x89PNG"):
        return ".png"
    if b"<svg" in content[:1000]:
        return ".svg"
    return ".xml" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else ".toml"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _zip(content: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, each in sorted(content.items()):
            entry = zipfile.ZipInfo(name)  # of 1980, the zip's earliest
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, each)
    return made.getvalue()
