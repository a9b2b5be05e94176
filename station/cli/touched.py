"""`station trace --standard`: what a standard touched, and what its correction moves."""

import argparse
import dataclasses
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from station.cli.common import open_store_of
from station.errors import Exit

if TYPE_CHECKING:
    from station.records.moved import Moved, Told, Untold
    from station.records.store import Store
    from station.records.uses import Touched
    from station.register.entries import FoundBad

LARGEST = 8 * 2**20
"""Bytes of the largest certificate file that is read."""


def run(args: argparse.Namespace) -> int:
    """Print which runs, certificates and points a standard touched, and how far they moved."""
    from station.files import read_bytes
    from station.records.uses import touched_by

    corrected = args.corrected and read_bytes(args.corrected, largest=LARGEST)
    with open_store_of(args, create=False) as store:
        serials, bad = _known(store, args.standard)
        since = args.since or min((each.since for each in bad), default=None)
        begun = None if since is None else _midnight(since)
        touched = touched_by(store, serials, begun)
        told = [] if corrected is None else _told(store, touched, corrected, str(args.corrected))
    if args.json:
        print(json.dumps(_touched_json(touched, bad, told), ensure_ascii=False, indent=2))
        return Exit.DONE
    for each in bad:
        print(f"found bad by {each.by}, since {each.since}: {each.reason}")
    for line in _touched_lines(touched):
        print(line)
    if corrected is not None:
        for line in _moved_lines(touched, told):
            print(line)
    return Exit.DONE


def _midnight(day: date) -> datetime:
    """Return when a day begins in the laboratory's country."""
    from station.certificate.document import ZONE

    return datetime.combine(day, time(), ZONE)


def _told(
    store: "Store", touched: "list[Touched]", corrected: bytes, name: str
) -> "list[Told | Untold]":
    """Return what becomes of each result; a run that used the standard twice is told once."""
    from station.records.moved import moves

    runs = {each.run: each for each in touched}.values()
    return [told for each in runs for told in moves(store, each, corrected, name=name)]


def _known(store: "Store", name: str) -> "tuple[list[str], list[FoundBad]]":
    """Return the serial numbers that `name` stands for, and when it was found bad."""
    from station.records.about import equipment

    found = equipment(store, name)
    serials = {each.entered.serial for _, each in found} | {name}
    return sorted(serials), [bad for _, each in found for bad in each.bad]


def _touched_lines(touched: "list[Touched]") -> Iterator[str]:
    for each in touched:
        used = each.used
        yield (
            f"{each.run}  {each.begun:%Y-%m-%d}  {each.procedure}  {each.item}  "
            f"{used.role}: {used.title}, {used.serial}, certificate {used.certificate}"
        )
        for dut, points in used.points.items():
            numbers = ", ".join(each.certificates.get(dut, ())) or "no certificate"
            yield f"  {dut}: {numbers}: {len(points)} points"
            yield from (f"    {point}" for point in points)
    certificates = {n for each in touched for of in each.certificates.values() for n in of}
    runs = {each.run for each in touched}
    points_in_all = {
        (each.run, point) for each in touched for of in each.used.points.values() for point in of
    }
    yield f"{len(runs)} runs, {len(certificates)} certificates, {len(points_in_all)} points"


def _moved_lines(touched: "list[Touched]", told: "list[Told | Untold]") -> Iterator[str]:
    from station.records.moved import Moved, Untold

    numbers = {
        (each.run, dut): each.certificates.get(dut, ()) for each in touched for dut in _duts(each)
    }
    by_certificate: dict[str, list[Moved]] = {}
    for each in told:
        if isinstance(each, Untold):
            yield f"{each.run} {each.point or 'all points'}: cannot be told: {each.why}"
            continue
        of = ", ".join(numbers.get((each.run, each.dut), ())) or f"{each.run}, {each.dut}"
        results = by_certificate.setdefault(of, [])
        if isinstance(each, Moved):
            results.append(each)
            yield f"{of} {_result_line(each)}"
        else:
            yield (
                f"{of} {each.test} ({each.phase.value}): {each.was.title} {each.was.value:.6g} → "
                f"{each.now.value:.6g} {each.was.unit}"
            )
    for of, results in by_certificate.items():
        farthest = max(map(_share, results), default=0.0)
        changes = sum(each.changes_verdict for each in results)
        yield f"{of}: the largest move is {farthest:.2g} U; {changes} verdicts change"
    untold = sum(isinstance(each, Untold) for each in told)
    changed = sum(isinstance(each, Moved) and each.changes_verdict for each in told)
    yield f"{len(told) - untold} results told, {changed} verdicts change, {untold} cannot be told"


def _duts(touched: "Touched") -> set[str]:
    return set(touched.used.points) | set(touched.certificates)


def _result_line(moved: "Moved") -> str:
    was, now, unit = moved.was, moved.now, moved.unit
    verdict = was.verdict
    if moved.changes_verdict:
        verdict = f"{was.verdict} → {now.verdict}  VERDICT CHANGES"
    return (
        f"{was.point} ({was.phase.value}): error {was.error:.6g} → {now.error:.6g} {unit} "
        f"(moved {moved.by:+.3g} {unit}, {_share(moved):.2g} U), "
        f"U {was.expanded_uncertainty:.3g} → {now.expanded_uncertainty:.3g} {unit}, {verdict}"
    )


def _share(moved: "Moved") -> float:
    """Return how far a result moved, in its recorded U."""
    u = moved.was.expanded_uncertainty
    return abs(moved.by) / u if u else 0.0


def _touched_json(
    touched: "list[Touched]", bad: "list[FoundBad]", told: "list[Told | Untold]"
) -> dict[str, Any]:
    return {
        "found_bad": [each.model_dump(mode="json") for each in bad],
        "runs": [dataclasses.asdict(each) | {"begun": each.begun.isoformat()} for each in touched],
        "results": [_told_json(each) for each in told],
    }


def _told_json(told: "Told | Untold") -> dict[str, Any]:
    from station.records.moved import Moved, Untold

    if isinstance(told, Untold):
        return {"run": told.run, "point": told.point, "cannot_be_told": told.why}
    if isinstance(told, Moved):
        was, now = told.was, told.now
        return {
            "run": told.run,
            "dut": told.dut,
            "point": was.point,
            "phase": was.phase.value,
            "unit": told.unit,
            "error": [was.error, now.error],
            "expanded_uncertainty": [was.expanded_uncertainty, now.expanded_uncertainty],
            "verdict": [was.verdict, now.verdict],
            "changes_verdict": told.changes_verdict,
        }
    return {
        "run": told.run,
        "dut": told.dut,
        "test": told.test,
        "phase": told.phase.value,
        "conclusion": told.was.name,
        "unit": told.was.unit,
        "value": [told.was.value, told.now.value],
    }
