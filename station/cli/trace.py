"""`station trace`: what a certificate came from, and what a standard touched."""

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.cli.common import Subparsers, add_store, open_store_of
from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.records.trace import Trace, TracedPoint, TracedRow


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "trace", help="what a certificate came from; what a standard touched"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("certificate", nargs="?", metavar="CERTIFICATE", help="its number")
    what.add_argument(
        "--standard", metavar="STANDARD", help="serial number, or its id in the register"
    )
    parser.add_argument(
        "--point", metavar="ID", help="this point alone, with all that went over the wires"
    )
    parser.add_argument(
        "--since",
        type=_day,
        metavar="DATE",
        help="runs of a standard that went on from this day on, as it begins in the laboratory's "
        "time zone (default: since it was found bad, or all)",
    )
    parser.add_argument(
        "--corrected",
        type=Path,
        metavar="CERTIFICATE.toml",
        help="how much each result moves with this certificate of the standard",
    )
    parser.add_argument("--points", action="store_true", help="name every point of a standard")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_store(parser)
    parser.set_defaults(run=_run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-21") from None


def _run(args: argparse.Namespace) -> int:
    if args.standard is None:
        if args.since is not None or args.corrected is not None or args.points:
            raise BadInput(
                "--since, --corrected and --points belong to --standard. Name the standard."
            )
        return _certificate(args)
    if args.point is not None:
        raise BadInput("--point belongs to a certificate. Name its number.")
    from station.cli.touched import run

    return run(args)


def _certificate(args: argparse.Namespace) -> int:
    from station.records.trace import trace

    with open_store_of(args, create=False) as store:
        found = trace(store, args.certificate)
    points = [p for p in found.points if args.point in (None, p.planned.id)]
    if not points and args.point is not None:
        raise BadInput(
            "Certificate {certificate} has no point {point!r}.",
            certificate=args.certificate,
            point=args.point,
        )
    if args.json:
        print(json.dumps(_trace_json(found, points), ensure_ascii=False, indent=2))
        return Exit.DONE
    for line in _head_lines(found):
        print(line)
    for point in points:
        for line in _point_lines(point, found, whole=args.point is not None):
            print(line)
    lost = [each.lost for each in found.standards.values() if each.lost]
    return Exit.REFUSED if lost else Exit.DONE


def _head_lines(found: "Trace") -> Iterator[str]:
    issued, begun = found.certificate, found.begun
    yield f"certificate {issued.number}, issued {issued.issued.isoformat()} by {issued.issued_by}"
    yield f"  PDF {issued.pdf}"
    yield f"  XML {issued.xml}"
    for row in found.life:
        says = row.entry.model_dump(exclude={"kind", "run", "dut", "pdf", "xml"}).items()
        more = ", ".join(f"{name} {value}" for name, value in says if value != "")
        yield f"  {row.at.isoformat()} {row.entry.kind}: {more}"
    simulated = " [SIMULATED]" if begun.simulated else ""
    yield f"run {begun.run}{simulated}, {issued.dut}: {begun.title}, bench {begun.bench}"
    yield f"  journal: {issued.entries} entries, head {issued.head}"
    yield f"  bench file {begun.bench_digest or '(not kept)'}"
    yield f"  procedure {begun.procedure}, revision {begun.revision}: {begun.procedure_digest}"
    yield f"    after {begun.method}"
    programs = [(p.software, p.software_digest) for p in found.resumed]
    for program, digest in dict.fromkeys([(begun.software, begun.software_digest), *programs]):
        yield f"  software {program}: {digest or '(not written down)'}"
    defined = begun.rule_definition
    clause = f", {defined.clause}" if defined is not None else ""
    yield f"  rule {begun.rule}, version {begun.rule_version}{clause}"
    for person, did in found.people.items():
        yield f"  person {person}: {', '.join(did)}"
    for role in found.standards:
        yield from _standard_lines(found, role)


def _standard_lines(found: "Trace", role: str) -> Iterator[str]:
    traced = found.standards[role]
    bound = traced.bound
    yield f"standard {role}: {bound.title}, {bound.serial}, at {bound.address}"
    yield (
        f"  certificate {bound.certificate} of {bound.certificate_issuer or '(issuer not stated)'}"
        f", {bound.calibrated} … {bound.due}"
    )
    yield f"    file {bound.certificate_digest} ({traced.lost or 'kept'})"
    if bound.certificate_original:
        yield f"    read from the issuer's document {bound.certificate_original}"
    yield f"    traceable to: {bound.traceability or '(the issuer states nothing)'}"
    for each in found.begun.overrides:
        if each.role == role:
            yield f"  {each.refusal}, lifted by {each.by} until {each.until}: {each.reason}"


def _point_lines(point: "TracedPoint", found: "Trace", *, whole: bool) -> Iterator[str]:
    from station.run.entries import Overloaded

    entry, planned = point.result.entry, point.planned
    name = f"point {planned.id} ({point.phase.value})"
    if isinstance(entry, Overloaded):
        yield f"{name}: overload, {entry.reply!r}"
    elif entry.kind == "measured":
        yield (
            f"{name}: error {entry.error:.9g} {planned.unit}, U {entry.expanded_uncertainty:.3g} "
            f"{planned.unit} (k = {entry.coverage_factor:.4g}), {entry.verdict}"
        )
        for line in entry.budget:
            yield f"  {line.name}: u {line.contribution:.3g} {planned.unit}, {line.source}"
    for row in (point.result, *point.observations):
        yield from _row_lines(row, whole=whole)
    for role in point.standards:
        bound = found.standards[role].bound
        yield f"  standard {role}: {bound.certificate} → {bound.traceability or '(not stated)'}"


def _row_lines(row: "TracedRow", *, whole: bool) -> Iterator[str]:
    from station.run.entries import Overloaded

    entry = row.entry
    yield f"  entry {row.seq}, {row.at.isoformat()}, {row.hash}: {entry.kind} {entry.point}"
    readings = () if isinstance(entry, Overloaded) else entry.readings
    for number, reading in enumerate(readings, start=1):
        yield f"    reading {number} of {reading.of}: {reading.value!r} from {reading.raw!r}"
    if not whole:
        if entry.wire:
            yield f"    {len(entry.wire)} exchanges over the wires (--point shows them)"
        return
    for sent in entry.wire:
        fault = f" [{sent.fault}]" if sent.fault else ""
        yield f"    {sent.at:.3f} s {sent.instrument}: {sent.sent!r} → {sent.received!r}{fault}"


def _trace_json(found: "Trace", points: "list[TracedPoint]") -> dict[str, Any]:
    issued = found.certificate
    return {
        "certificate": {
            "number": issued.number,
            "issued": issued.issued.isoformat(),
            "issued_by": issued.issued_by,
            "pdf": issued.pdf,
            "xml": issued.xml,
            "dut": issued.dut,
            "entries": issued.entries,
            "head": issued.head,
        },
        "life": [{"at": r.at.isoformat()} | r.entry.model_dump(mode="json") for r in found.life],
        "run": found.begun.model_dump(mode="json", exclude={"points", "observations"}),
        "resumed": [each.model_dump(mode="json") for each in found.resumed],
        "people": {person: list(did) for person, did in found.people.items()},
        "standards": {
            role: each.bound.model_dump(mode="json") | {"lost": str(each.lost or "")}
            for role, each in found.standards.items()
        },
        "points": [
            {
                "planned": p.planned.model_dump(mode="json"),
                "standards": list(p.standards),
                "result": _row_json(p.result),
                "observations": [_row_json(row) for row in p.observations],
            }
            for p in points
        ],
    }


def _row_json(row: "TracedRow") -> dict[str, Any]:
    place = {"seq": row.seq, "at": row.at.isoformat(), "hash": row.hash}
    return place | row.entry.model_dump(mode="json")
