"""`station trace`: what a certificate came from, and what a standard touched."""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.cli.common import Subparsers, add_store, day, open_store_of
from station.errors import BadInput, Exit, Phrase
from station.locale import preferred_language, translation

if TYPE_CHECKING:
    from station.records.trace import Trace, TracedPoint, TracedRow

Line = tuple[int, Phrase | str]
"""How deep it is indented, and what it says: words, or what stands so in the record."""


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
        type=day,
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
    _print(_head_lines(found))
    for point in points:
        _print(_point_lines(point, found, whole=args.point is not None))
    lost = [each.lost for each in found.standards.values() if each.lost]
    return Exit.REFUSED if lost else Exit.DONE


def _print(lines: Iterable[Line]) -> None:
    say = translation(preferred_language())
    for depth, words in lines:
        print("  " * depth + (words if isinstance(words, str) else words.told(say)))


def _head_lines(found: "Trace") -> Iterator[Line]:
    issued = found.certificate
    line = Phrase(
        "certificate {number}, issued {at} by {by}",
        number=issued.number,
        at=issued.issued.isoformat(),
        by=issued.issued_by,
    )
    yield 0, line
    yield 1, f"PDF {issued.pdf}"
    yield 1, f"XML {issued.xml}"
    for row in found.life:
        says = row.entry.model_dump(exclude={"kind", "run", "dut", "pdf", "xml"}).items()
        more = ", ".join(f"{name} {value}" for name, value in says if value != "")
        yield 1, f"{row.at.isoformat()} {row.entry.kind}: {more}"
    yield from _run_lines(found)
    for person, did in found.people.items():
        yield 1, Phrase("person {person}: {did}", person=person, did=tuple(map(Phrase, did)))
    for role in found.standards:
        yield from _standard_lines(found, role)


def _run_lines(found: "Trace") -> Iterator[Line]:
    issued, begun = found.certificate, found.begun
    line = Phrase(
        "run {run}{simulated}, {dut}: {title}, bench {bench}",
        run=begun.run,
        simulated=Phrase(" [SIMULATED]") if begun.simulated else "",
        dut=issued.dut,
        title=Phrase(begun.title),
        bench=begun.bench,
    )
    yield 0, line
    yield 1, Phrase("journal: {count} entries, head {head}", count=issued.entries, head=issued.head)
    yield 1, Phrase("bench file {digest}", digest=begun.bench_digest or Phrase("(not kept)"))
    line = Phrase(
        "procedure {procedure}, revision {revision}: {digest}",
        procedure=begun.procedure,
        revision=begun.revision,
        digest=begun.procedure_digest,
    )
    yield 1, line
    yield 2, Phrase("after {method}", method=Phrase(begun.method))
    programs = [(p.software, p.software_digest) for p in found.resumed]
    for program, digest in dict.fromkeys([(begun.software, begun.software_digest), *programs]):
        kept = digest or Phrase("(not written down)")
        yield 1, Phrase("software {program}: {digest}", program=program, digest=kept)
    defined = begun.rule_definition
    line = Phrase(
        "rule {rule}, version {version}{clause}",
        rule=begun.rule,
        version=begun.rule_version,
        clause=f", {defined.clause}" if defined is not None else "",
    )
    yield 1, line


def _standard_lines(found: "Trace", role: str) -> Iterator[Line]:
    traced = found.standards[role]
    bound = traced.bound
    line = Phrase(
        "standard {role}: {title}, {serial}, at {address}",
        role=role,
        title=bound.title,
        serial=bound.serial,
        address=bound.address,
    )
    yield 0, line
    line = Phrase(
        "certificate {number} of {issuer}, {calibrated} … {due}",
        number=bound.certificate,
        issuer=bound.certificate_issuer or Phrase("(issuer not stated)"),
        calibrated=bound.calibrated,
        due=bound.due,
    )
    yield 1, line
    kept = traced.lost or Phrase("kept")
    yield 2, Phrase("file {digest} ({kept})", digest=bound.certificate_digest, kept=kept)
    if bound.certificate_original:
        original = bound.certificate_original
        yield 2, Phrase("read from the issuer's document {original}", original=original)
    stated = bound.traceability or Phrase("(the issuer states nothing)")
    yield 2, Phrase("traceable to: {stated}", stated=stated)
    for each in found.begun.overrides:
        if each.role == role:
            line = Phrase(
                "{refusal}, lifted by {by} until {until}: {reason}",
                refusal=each.refusal,
                by=each.by,
                until=each.until,
                reason=each.reason,
            )
            yield 1, line


def _point_lines(point: "TracedPoint", found: "Trace", *, whole: bool) -> Iterator[Line]:
    from station.run.entries import Overloaded

    entry, planned = point.result.entry, point.planned
    name = Phrase("point {id} ({phase})", id=planned.id, phase=point.phase)
    if isinstance(entry, Overloaded):
        yield 0, Phrase("{point}: overload, {reply!r}", point=name, reply=entry.reply)
    elif entry.kind == "measured":
        line = Phrase(
            "{point}: error {error:.9g} {unit}, U {u:.3g} {unit} (k = {k:.4g}), {verdict}",
            point=name,
            error=entry.error,
            unit=planned.unit,
            u=entry.expanded_uncertainty,
            k=entry.coverage_factor,
            verdict=Phrase(entry.verdict),
        )
        yield 0, line
        for each in entry.budget:
            line = Phrase(
                "{name}: u {u:.3g} {unit}, {source}",
                name=Phrase(each.name),
                u=each.contribution,
                unit=planned.unit,
                source=Phrase(each.source),
            )
            yield 1, line
    for row in (point.result, *point.observations):
        yield from _row_lines(row, whole=whole)
    for role in point.standards:
        bound = found.standards[role].bound
        stated = bound.traceability or Phrase("(not stated)")
        number = bound.certificate
        yield (
            1,
            Phrase("standard {role}: {number} → {stated}", role=role, number=number, stated=stated),
        )


def _row_lines(row: "TracedRow", *, whole: bool) -> Iterator[Line]:
    from station.run.entries import Overloaded

    entry = row.entry
    written = f"{row.at.isoformat()}, {row.hash}: {entry.kind} {entry.point}"
    yield 1, Phrase("entry {seq}, {written}", seq=row.seq, written=written)
    readings = () if isinstance(entry, Overloaded) else entry.readings
    for number, reading in enumerate(readings, start=1):
        line = Phrase(
            "reading {number} of {role}: {value} from {raw!r}",
            number=number,
            role=reading.of,
            value=repr(reading.value),
            raw=reading.raw,
        )
        yield 2, line
    if not whole:
        if entry.wire:
            line = Phrase(
                "{count} exchanges over the wires (--point shows them)", count=len(entry.wire)
            )
            yield 2, line
        return
    for sent in entry.wire:
        fault = f" [{sent.fault}]" if sent.fault else ""
        yield 2, f"{sent.at:.3f} s {sent.instrument}: {sent.sent!r} → {sent.received!r}{fault}"


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
