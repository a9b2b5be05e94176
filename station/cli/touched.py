"""`station trace --standard`: what a standard touched, and what its correction moves."""

import argparse
import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from station.cli.common import open_store_of
from station.errors import Exit

if TYPE_CHECKING:
    from station.records.moved import Moved, Told, Untold
    from station.records.store import Store
    from station.records.uses import Touched
    from station.register.state import Equipment

LARGEST = 8 * 2**20
"""Bytes of the largest certificate file that is read."""


def run(args: argparse.Namespace) -> int:
    """Print which runs, certificates and points a standard touched, and how far they moved."""
    from station.files import read_bytes
    from station.records.about import equipment, fates
    from station.records.uses import touched_by

    corrected = args.corrected and read_bytes(args.corrected, largest=LARGEST)
    with open_store_of(args, create=False) as store:
        known = equipment(store, args.standard)
        bad = [each for one in known for each in one.bad]
        day = args.since or min((each.since for each in bad), default=None)
        since = None if day is None else _midnight(day)
        touched = touched_by(store, _serials(known, args.standard), since)
        fate = fates(store)
        told = [] if corrected is None else _told(store, touched, corrected, str(args.corrected))
    if args.json:
        said = _touched_json(touched, fate, points=args.points)
        said["found_bad"] = [each.model_dump(mode="json") for each in bad]
        said["since"] = None if since is None else since.isoformat()
        said["results"] = [_told_json(each) for each in told]
        print(json.dumps(said, ensure_ascii=False, indent=2))
        return Exit.DONE
    for each in bad:
        print(f"found bad by {each.by}, since {each.since}: {each.reason}")
    for line in _touched_lines(touched, fate, points=args.points):
        print(line)
    if since is not None:
        print(f"runs that went on at or after {since.isoformat()}")
    if corrected is not None:
        for line in _moved_lines(touched, told, fate):
            print(line)
    return Exit.DONE


def _midnight(day: date) -> datetime:
    """Return when a day begins in the laboratory's country."""
    from station.clock import ZONE

    return datetime.combine(day, time(), ZONE)


def _told(
    store: "Store", touched: "list[Touched]", corrected: bytes, name: str
) -> "list[Told | Untold]":
    """Return what becomes of each result; a run that used the standard twice is told once."""
    from station.records.moved import moves

    runs = {each.run: each for each in touched}.values()
    return [told for each in runs for told in moves(store, each, corrected, name=name)]


def _serials(known: "list[Equipment]", name: str) -> list[str]:
    """Return every serial number that equipment ever had; `name` may be one itself."""
    entered = (entry for each in known for _, entry in each.log if hasattr(entry, "serial"))
    return sorted({name, *(entry.serial for entry in entered)})


def _touched_lines(
    touched: "list[Touched]", fate: Mapping[str, str], *, points: bool
) -> Iterator[str]:
    for each in touched:
        used = each.used
        yield (
            f"{each.run}  {each.begun:%Y-%m-%d}  {each.procedure}  {each.item}  "
            f"{used.role}: {used.title}, {used.serial}, certificate {used.certificate}"
        )
        for dut, ids in used.points.items():
            numbers = _numbers(each, dut, fate) or "no certificate"
            yield f"  {dut}: {numbers}: {len(ids)} points"
            if points:
                yield from (f"    {point}" for point in ids)
    certificates = {n for each in touched for of in each.certificates.values() for n in of}
    ended = len(certificates & fate.keys())
    # Of a run that used it in two roles, a point may rest on both.
    of_run: dict[str, set[str]] = {}
    for each in touched:
        of_run.setdefault(each.run, set()).update(*each.used.points.values())
    yield (
        f"{len(of_run)} runs, {len(certificates)} certificates"
        f"{f' ({ended} not in force)' if ended else ''}, "
        f"{sum(map(len, of_run.values()))} points"
    )


def _numbers(touched: "Touched", dut: str, fate: Mapping[str, str]) -> str:
    """Return the certificates of an item, each that is not in force with what became of it."""
    numbers = touched.certificates.get(dut, ())
    return ", ".join(f"{n} [{fate[n]}]" if n in fate else n for n in numbers)


def _moved_lines(
    touched: "list[Touched]", told: "list[Told | Untold]", fate: Mapping[str, str]
) -> Iterator[str]:
    from station.records.moved import Moved, Untold

    numbers = {(t.run, dut): _numbers(t, dut, fate) for t in touched for dut in t.certificates}
    by_certificate: dict[str, list[Moved]] = {}
    for each in told:
        if isinstance(each, Untold):
            yield f"{each.run} {each.point or 'all points'}: cannot be told: {each.why}"
            continue
        of = numbers.get((each.run, each.dut)) or f"{each.run}, {each.dut}"
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
    touched: "list[Touched]", fate: Mapping[str, str], *, points: bool
) -> dict[str, Any]:
    numbers = {n for each in touched for of in each.certificates.values() for n in of}
    return {
        "runs": [_use_json(each, points=points) for each in touched],
        "not_in_force": {n: fate[n] for n in sorted(numbers & fate.keys())},
    }


def _use_json(touched: "Touched", *, points: bool) -> dict[str, Any]:
    used = dataclasses.asdict(touched.used)
    of = used.pop("points")
    counts = {dut: len(ids) for dut, ids in of.items()}
    said = dataclasses.asdict(touched) | {"begun": touched.begun.isoformat(), "used": used}
    return said | {"number_of_points": counts} | ({"points": of} if points else {})


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
