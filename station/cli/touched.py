"""`station trace --standard`: what a standard touched, and what its correction moves."""

import argparse
import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from station.cli.common import open_store_of
from station.errors import Exit, Phrase
from station.locale import preferred_language, translation

if TYPE_CHECKING:
    from station.records.moved import ConclusionMoved, Moved, Told, Untold
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
    lines = [
        Phrase(
            "found bad by {by}, since {since}: {reason}",
            by=each.by,
            since=each.since,
            reason=each.reason,
        )
        for each in bad
    ]
    lines += _touched_lines(touched, fate, points=args.points)
    if since is not None:
        lines.append(Phrase("runs that went on at or after {since}", since=since.isoformat()))
    if corrected is not None:
        lines += _moved_lines(touched, told, fate)
    say = translation(preferred_language())
    for line in lines:
        print(line.told(say))
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
    touched: "list[Touched]", fate: Mapping[str, Phrase], *, points: bool
) -> Iterator[Phrase]:
    for each in touched:
        used = each.used
        yield Phrase(
            "{run}  {begun:%Y-%m-%d}  {procedure}  {item}  {role}: {title}, {serial}, certificate "
            "{certificate}",
            run=each.run,
            begun=each.begun,
            procedure=each.procedure,
            item=each.item,
            role=used.role,
            title=used.title,
            serial=used.serial,
            certificate=used.certificate,
        )
        for dut, ids in used.points.items():
            numbers = _numbers(each, dut, fate) or Phrase("no certificate")
            yield Phrase(
                "  {dut}: {numbers}: {count} points", dut=dut, numbers=numbers, count=len(ids)
            )
            if points:
                yield from (Phrase("    {point}", point=point) for point in ids)
    yield _sum(touched, fate)


def _sum(touched: "list[Touched]", fate: Mapping[str, Phrase]) -> Phrase:
    certificates = {n for each in touched for of in each.certificates.values() for n in of}
    ended = len(certificates & fate.keys())
    # Of a run that used it in two roles, a point may rest on both.
    of_run: dict[str, set[str]] = {}
    for each in touched:
        of_run.setdefault(each.run, set()).update(*each.used.points.values())
    return Phrase(
        "{runs} runs, {certificates} certificates{ended}, {points} points",
        runs=len(of_run),
        certificates=len(certificates),
        ended=Phrase(" ({count} not in force)", count=ended) if ended else "",
        points=sum(map(len, of_run.values())),
    )


def _numbers(touched: "Touched", dut: str, fate: Mapping[str, Phrase]) -> tuple[Phrase | str, ...]:
    """Return the certificates of an item, each that is not in force with what became of it."""
    numbers = touched.certificates.get(dut, ())
    return tuple(
        Phrase("{number} [{fate}]", number=n, fate=fate[n]) if n in fate else n for n in numbers
    )


def _moved_lines(
    touched: "list[Touched]", told: "list[Told | Untold]", fate: Mapping[str, Phrase]
) -> Iterator[Phrase]:
    from station.records.moved import Moved, Untold

    numbers = {(t.run, dut): _numbers(t, dut, fate) for t in touched for dut in t.certificates}
    by_item: dict[tuple[str, str], list[Moved]] = {}
    for each in told:
        if isinstance(each, Untold):
            point = each.point or Phrase("all points")
            yield Phrase(
                "{run} {point}: cannot be told: {why}", run=each.run, point=point, why=each.why
            )
            continue
        item = each.run, each.dut
        results, of = by_item.setdefault(item, []), numbers.get(item) or item
        if isinstance(each, Moved):
            results.append(each)
            yield Phrase("{of} {result}", of=of, result=_result_line(each))
        else:
            yield Phrase("{of} {conclusion}", of=of, conclusion=_conclusion_line(each))
    for item, results in by_item.items():
        yield Phrase(
            "{of}: the largest move is {farthest:.2g} U; {changes} verdicts change",
            of=numbers.get(item) or item,
            farthest=max(map(_share, results), default=0.0),
            changes=sum(each.changes_verdict for each in results),
        )
    untold = sum(isinstance(each, Untold) for each in told)
    yield Phrase(
        "{told} results told, {changed} verdicts change, {untold} cannot be told",
        told=len(told) - untold,
        changed=sum(isinstance(each, Moved) and each.changes_verdict for each in told),
        untold=untold,
    )


def _conclusion_line(moved: "ConclusionMoved") -> Phrase:
    return Phrase(
        "{test} ({phase}): {title} {was:.6g} → {now:.6g} {unit}",
        test=moved.test,
        phase=moved.phase,
        title=Phrase(moved.was.title),
        was=moved.was.value,
        now=moved.now.value,
        unit=moved.was.unit,
    )


def _result_line(moved: "Moved") -> Phrase:
    was, now = moved.was, moved.now
    verdict = Phrase(was.verdict)
    if moved.changes_verdict:
        verdict = Phrase("{was} → {now}  VERDICT CHANGES", was=verdict, now=Phrase(now.verdict))
    return Phrase(
        "{point} ({phase}): error {was:.6g} → {now:.6g} {unit} (moved {by:+.3g} {unit}, "
        "{share:.2g} U), U {was_u:.3g} → {now_u:.3g} {unit}, {verdict}",
        point=was.point,
        phase=was.phase,
        was=was.error,
        now=now.error,
        unit=moved.unit,
        by=moved.by,
        share=_share(moved),
        was_u=was.expanded_uncertainty,
        now_u=now.expanded_uncertainty,
        verdict=verdict,
    )


def _share(moved: "Moved") -> float:
    """Return how far a result moved, in its recorded U."""
    u = moved.was.expanded_uncertainty
    return abs(moved.by) / u if u else 0.0


def _touched_json(
    touched: "list[Touched]", fate: Mapping[str, Phrase], *, points: bool
) -> dict[str, Any]:
    numbers = {n for each in touched for of in each.certificates.values() for n in of}
    return {
        "runs": [_use_json(each, points=points) for each in touched],
        "not_in_force": {n: str(fate[n]) for n in sorted(numbers & fate.keys())},
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
        return {"run": told.run, "point": told.point, "cannot_be_told": str(told.why)}
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
