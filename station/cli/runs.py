"""`station runs`, `station show`: what the store knows of runs."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from station.cli.common import Subparsers, add_store, open_store_of, outcome_line
from station.errors import Exit
from station.locale import LANGUAGES, preferred_language, translation

if TYPE_CHECKING:
    from station.records.store import RunListed, Store
    from station.run.state import RunState


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    runs = subparsers.add_parser("runs", help="list the runs")
    runs.set_defaults(run=_runs)
    show = subparsers.add_parser("show", help="show one run")
    show.add_argument("id", metavar="RUN")
    show.set_defaults(run=_show)
    for parser in (runs, show):
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--lang", choices=LANGUAGES, default=preferred_language())
        add_store(parser)


def status_of(store: "Store", run: "RunListed", state: "RunState") -> str:
    """Return the run's status; "interrupted" where it should go on and nobody carries it out."""
    from station.clock import SystemClock
    from station.run.live import engine_alive
    from station.run.state import Status

    if state.ended or state.status is Status.FAULTED or engine_alive(store, run.id, SystemClock()):
        return state.status.value
    return "interrupted"


def _runs(args: argparse.Namespace) -> int:
    from station.errors import Tampered
    from station.run import journal
    from station.run.state import RunState, fold_all

    say = translation(args.lang)
    with open_store_of(args, create=False) as store:
        rows = []
        for run in store.runs():
            try:
                state = fold_all(journal.read(store, run.id))
            except Tampered:
                rows.append((run, RunState(), "cannot be read"))
                continue
            rows.append((run, state, status_of(store, run, state)))
    if args.json:
        print(json.dumps([_summary(*row) for row in rows], ensure_ascii=False, indent=2))
        return Exit.DONE
    if not rows:
        print(say("No runs yet. `station run` begins one."))
    for run, state, status in rows:
        verdict = state.decisions.get(state.phase, "")
        simulated = f"  [{say('SIMULATED')}]" if state.begun and state.begun.simulated else ""
        print(
            f"{run.id}  {run.begun.astimezone():%Y-%m-%d %H:%M %z}  {say(status):<12} "
            f"{state.done:3d}/{len(state.points):<3d} {say(verdict):<18} "
            f"{run.procedure:<10} {run.item}{simulated}"
        )
    return Exit.DONE


def _show(args: argparse.Namespace) -> int:
    from station.run import journal
    from station.run.state import fold_all

    with open_store_of(args, create=False) as store:
        run = store.find_run(args.id)
        rows = list(journal.read(store, run.id))
        state = fold_all(rows)
        status = status_of(store, run, state)
    if args.json:
        whole = _summary(run, state, status)
        whole["entries"] = [
            {"seq": row.seq, "at": row.at.isoformat(), "hash": row.hash}
            | row.entry.model_dump(mode="json")
            for row in rows
        ]
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return Exit.DONE
    _print_run(run, state, status, args.lang)
    return Exit.DONE


def _summary(run: "RunListed", state: "RunState", status: str) -> dict[str, Any]:
    return {
        "run": run.id,
        "begun": run.begun.isoformat(),
        "procedure": run.procedure,
        "bench": run.bench,
        "item": run.item,
        "status": status,
        "simulated": bool(state.begun and state.begun.simulated),
        "points": len(state.points),
        "done": state.done,
        "verdicts": {phase.value: verdict for phase, verdict in state.decisions.items()},
        "fault": state.fault.message if state.fault else None,
    }


def _print_run(run: "RunListed", state: "RunState", status: str, language: str) -> None:
    say = translation(language)
    print(f"{run.id}  {run.procedure}  {run.item}  {say(status)}")
    if state.begun is not None:
        for bound in state.begun.instruments:
            certificate = f", {bound.certificate} → {bound.due}" if bound.certificate else ""
            print(f"  {bound.role}: {bound.title}, {bound.serial}{certificate}")
    for (phase, _), outcome in state.results.items():
        point = next(p for p in state.points if p.id == outcome.point)
        print(f"  {say(phase.value):<9} {outcome_line(outcome, point, say)}")
    for voided, _ in state.void:
        print(f"  {say('void')}: {voided.point} ({voided.reason}, {voided.by})")
    for phase, verdict in state.decisions.items():
        print(f"  {say(phase.value)}: {say(verdict)}")
    for read in state.environment:
        print(f"  {read.celsius:g} °C, {read.humidity:g} % ({read.source})")
    if state.fault is not None and not state.ended:
        print(f"  {say('stopped')}: {state.fault.message}")
    if state.aborted is not None:
        print(f"  {say('aborted')}: {state.aborted.by}: {state.aborted.reason}")
