"""`station audit`: verifies the hash chains and files of the whole store; checkpoints of it."""

import argparse
import dataclasses
import json
import os
from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.cli.common import Subparsers, add_store, open_store_of
from station.errors import BadInput, Exit, Phrase, Refused
from station.locale import preferred_language, translation

if TYPE_CHECKING:
    from station.records.audit import Audit
    from station.records.checkpoint import Compared
    from station.records.signature import Signer
    from station.records.store import Store

PASSWORD = "STATION_KEY_PASSWORD"


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("audit", help="verify that no record was changed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="write where every chain ends, where no fault is found; keep it elsewhere",
    )
    parser.add_argument(
        "--key",
        metavar="KEY",
        help="sign the checkpoint into FILE.sig with this key: a PKCS#12 file, or a token's "
        "address (pkcs11:…) "
        f"(password in the variable {PASSWORD})",
    )
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FILE",
        help="tell whether the store goes on from this checkpoint: nothing replaced, nothing cut",
    )
    parser.add_argument(
        "--signer",
        metavar="SHA256",
        help="refuse a checkpoint that was not signed with the key of this certificate (the "
        "SHA-256 of its DER, as it is printed where the signer is trusted)",
    )
    add_store(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was verified and every fault; faults end with exit code 4.

    Raises:
        BadInput: a checkpoint or key cannot be read or written.
        Refused: a checkpoint or its signature was changed.
    """
    from station.records.audit import audit

    if args.key is not None and args.checkpoint is None:
        raise BadInput("--key signs a checkpoint. Name its file with --checkpoint.")
    if args.signer is not None and args.against is None:
        raise BadInput("--signer is who signed a checkpoint. Name its file with --against.")
    with open_store_of(args, create=False) as store:
        compared, signer = _compared(store, args.against)
        _refuse_another(args, signer)
        found = audit(store)
        faults = (*found.faults, *(compared.faults if compared else ()))
        if args.checkpoint is not None and not faults:
            _write_checkpoint(store, args.checkpoint, args.key)
    if args.json:
        told = _in_english(found) | {"faults": list(map(str, faults))}
        if compared is not None:
            against = _in_english(compared)
            told["against"] = against | {"signer": dataclasses.asdict(signer) if signer else None}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        say = translation(preferred_language())
        print(_summary(found).told(say))
        if compared is not None:
            print(_comparison(compared, signer).told(say))
        for fault in faults:
            print(f"  {fault.told(say)}")
    if faults and args.checkpoint is not None:
        raise Refused(
            "{path}: not written; a checkpoint of faults proves nothing.", path=args.checkpoint
        )
    return Exit.REFUSED if faults else Exit.DONE


def _in_english(found: "Audit | Compared") -> dict[str, Any]:
    told = dataclasses.asdict(dataclasses.replace(found, faults=()))
    return told | {"faults": list(map(str, found.faults))}


def _summary(found: "Audit") -> Phrase:
    return Phrase(
        "{runs} runs, {entries} entries, {documents} documents, {certificates} certificates: "
        "{verdict}",
        runs=found.runs,
        entries=found.entries,
        documents=found.documents,
        certificates=found.certificates,
        verdict=_count(found.faults) if found.faults else Phrase("all as written"),
    )


def _count(faults: Sized) -> Phrase:
    return Phrase("{count} faults", count=len(faults))


def _compared(store: "Store", path: Path | None) -> "tuple[Compared | None, Signer | None]":
    if path is None:
        return None, None
    from station.files import read_bytes
    from station.records.checkpoint import LARGEST, compare, parse
    from station.records.signature import verify

    content, signer = read_bytes(path, largest=LARGEST), None
    signature = _signature_of(path)
    if signature.exists():
        signer = verify(content, read_bytes(signature, largest=LARGEST), name=str(signature))
    return compare(store, parse(content, name=str(path))), signer


def _refuse_another(args: argparse.Namespace, signer: "Signer | None") -> None:
    """Refuse a checkpoint that somebody else signed, or whose signature was taken away."""
    if args.signer is None or (signer and signer.fingerprint == _bare(args.signer)):
        return
    who = Phrase("not signed")
    if signer:
        who = Phrase(
            "signed by {who}, {fingerprint}", who=signer.subject, fingerprint=signer.fingerprint
        )
    raise Refused(
        "{path}: {who}. Get the checkpoint that was kept, with its .sig.",
        path=args.against,
        who=who,
    )


def _bare(fingerprint: str) -> str:
    return fingerprint.replace(":", "").lower()


def _write_checkpoint(store: "Store", path: Path, key: str | None) -> None:
    from station.certificate.signing.keys import opened
    from station.clock import SystemClock
    from station.records.checkpoint import checkpoint, written
    from station.records.signature import sign

    content = written(checkpoint(store))
    files = {path: content}
    if key is not None:
        with opened(key, os.environ.get(PASSWORD)) as signing:
            signing.check_valid_at(SystemClock().now())
            files[_signature_of(path)] = sign(content, signing)
    elif _signature_of(path).exists():
        raise BadInput(
            "{path} is of another checkpoint. Name a new file.", path=_signature_of(path)
        )
    for each, what in files.items():
        try:
            each.write_bytes(what)
        except OSError as error:
            raise BadInput("{path}: cannot be written ({why}).", path=each, why=error) from error


def _signature_of(path: Path) -> Path:
    return path.with_name(path.name + ".sig")


def _comparison(compared: "Compared", signer: "Signer | None") -> Phrase:
    signed = Phrase("not signed")
    if signer is not None:
        signed = Phrase(
            "signed by {who}, SHA-256 of the certificate {fingerprint}",
            who=signer.subject,
            fingerprint=signer.fingerprint,
        )
    return Phrase(
        "checkpoint of {last} ({runs} runs, {certificates} certificates; {signed}): {verdict}",
        last=compared.last or Phrase("an empty store"),
        runs=compared.runs,
        certificates=compared.certificates,
        signed=signed,
        verdict=_count(compared.faults) if compared.faults else Phrase("the store goes on from it"),
    )
