"""`station runs`, `station show`: what the store knows of runs."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from station.cli import telling as tell
from station.cli.common import Subparsers, add_store, natural, open_store_of
from station.clock import ZONE
from station.errors import Exit
from station.locale import LANGUAGES, Translate, decimal, preferred_language, translation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.records.store import RunListed, Store
    from station.register.lives import Stage
    from station.run.live import LiveView
    from station.run.plan import BoundInstrument
    from station.run.state import RunState

NEWEST = 20
"""How many runs are listed where nothing is said: each one's journal is read."""


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    runs = subparsers.add_parser("runs", help="list the runs")
    runs.add_argument(
        "--newest", type=natural, metavar="N", help=f"so many, 0: all (default: {NEWEST}; JSON: 0)"
    )
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


def live_view(store: "Store", run: "RunListed", state: "RunState") -> "LiveView | None":
    """Return what the engine of a run shows now; None where none carries it out."""
    from station.clock import SystemClock
    from station.records import claims
    from station.run.live import LIVE_VIEW, engine_alive

    found = claims.live(store, run.id)
    if state.ended or found is None or not found[2]:
        return None
    alive = engine_alive(store, run.id, SystemClock())
    return LIVE_VIEW.validate_json(found[2]) if alive else None


def _listed(args: argparse.Namespace, store: "Store") -> "tuple[list[RunListed], bool]":
    """Return the runs to list, and whether there are older ones."""
    newest = args.newest if args.newest is not None else 0 if args.json else NEWEST
    runs = store.runs(newest=newest + 1 if newest else None)
    older = bool(newest) and len(runs) > newest
    return runs[:newest] if older else runs, older


def _runs(args: argparse.Namespace) -> int:
    from station.errors import Tampered
    from station.records.about import OF_CERTIFICATES, read_row, register_rows
    from station.register.lives import stages
    from station.register.state import fold_all as fold_register
    from station.run import journal
    from station.run.state import RunState, fold_all

    say = translation(args.lang)
    with open_store_of(args, create=False) as store:
        rows: list[tuple[RunListed, RunState, str, Mapping[str, Stage]]] = []
        listed, older = _listed(args, store)
        # The whole register is read only for all runs.
        naming = [run.id for run in listed] if older else []
        register = fold_register(map(read_row, register_rows(store, OF_CERTIFICATES, naming)))
        for run in listed:
            try:
                state = fold_all(journal.read(store, run.id))
            except Tampered:
                rows.append((run, RunState(), "cannot be read", {}))
                continue
            told = stages(register, run.id, state.duts)
            rows.append((run, state, status_of(store, run, state), told))
    if args.json:
        print(json.dumps([_summary(*row) for row in rows], ensure_ascii=False, indent=2))
        return Exit.DONE
    if not rows:
        print(say("No runs yet. `station run` begins one."))
    for row in rows:
        _print_line(*row, say)
    if older:
        print(say("There are older runs: `station runs --newest 0` lists all."))
    return Exit.DONE


def _print_line(
    run: "RunListed", state: "RunState", status: str, told: "Mapping[str, Stage]", say: Translate
) -> None:
    from station.run.progress import progress

    verdict = state.decisions.get(state.phase, "")
    simulated = f"  [{say('SIMULATED')}]" if state.begun and state.begun.simulated else ""
    done, total = progress(state)
    print(
        f"{run.id}  {run.begun.astimezone(ZONE):%Y-%m-%d %H:%M %z}  "
        f"{say(tell.stage_word(told.values(), status)):<12} "
        f"{done:3d}/{total:<3d} {say(verdict):<18} "
        f"{run.procedure:<10} {run.item}{simulated}"
    )


def _show(args: argparse.Namespace) -> int:
    from station.register import book
    from station.register.lives import stages
    from station.run import journal
    from station.run.entries import Corrected, Suspected
    from station.run.state import fold_all

    with open_store_of(args, create=False) as store:
        run = store.find_run(args.id)
        rows = list(journal.read(store, run.id))
        state = fold_all(rows)
        status = status_of(store, run, state)
        live = live_view(store, run, state)
        register = book.read(store)
    told = stages(register, run.id, state.duts)
    if args.json:
        whole = _summary(run, state, status, told)
        whole["entries"] = [
            {"seq": row.seq, "at": row.at.isoformat(), "hash": row.hash}
            | row.entry.model_dump(mode="json")
            for row in rows
        ]
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return Exit.DONE
    say = translation(args.lang)
    _print_run(run, state, tell.stage_word(told.values(), status), say)
    for dut in told:
        for line in tell.life_lines(register, run.id, dut, say):
            print(f"  {line}")
    for row in rows:
        if isinstance(row.entry, Corrected):
            print(f"  {tell.correction_line(row.entry, say)}")
        elif isinstance(row.entry, Suspected):
            kept = say("stands all the same")
            print(f"  {kept}: {row.entry.point}: {say(row.entry.suspicion)}")
    if live is not None and live.waiting:
        _print_wait(live, say)
    return Exit.DONE


def _summary(
    run: "RunListed", state: "RunState", status: str, told: "Mapping[str, Stage]"
) -> dict[str, Any]:
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
        "items": [
            _item(state, bound) | {"stage": told.get(bound.role)}
            for bound in _bound(state)
            if bound.role in state.duts
        ],
        "fault": state.fault.message if state.fault else None,
    }


def _bound(state: "RunState") -> "tuple[BoundInstrument, ...]":
    return state.begun.instruments if state.begun else ()


def _item(state: "RunState", bound: "BoundInstrument") -> dict[str, Any]:
    removed = state.removed.get(bound.role)
    return {
        "dut": bound.role,
        "title": bound.title,
        "serial": bound.serial,
        "verdicts": {
            phase.value: verdict
            for (phase, dut), verdict in state.verdicts.items()
            if dut == bound.role
        },
        "removed": removed.reason if removed else None,
    }


def _print_run(run: "RunListed", state: "RunState", status: str, say: Translate) -> None:
    print(f"{run.id}  {run.procedure}  {run.item}  {say(status)}")
    if state.begun is not None and state.begun.verification:
        print(f"  {say(state.begun.operation)}: {say(state.begun.verification)}")
    for bound in _bound(state):
        certificate = f", {bound.certificate} → {bound.due}" if bound.certificate else ""
        print(f"  {bound.role}: {bound.title}, {bound.serial}{certificate}")
    _print_results(state, say)
    for voided, outcome in state.void:
        print(f"  {say('void')}: {outcome.point} ({voided.reason}, {voided.by})")
    for removed in state.removed.values():
        print(f"  {tell.removal_line(removed, say)}")
    for line in tell.verdict_lines(state, say):
        print(f"  {line}")
    for read in state.environment:
        pressure = "" if read.pascals is None else f", {read.pascals / 100:.1f} hPa"
        numbers = f"{read.celsius:g} °C, {read.humidity:g} %{pressure}"
        print(f"  {decimal(numbers, say)} ({read.source})")
    if state.fault is not None and not state.ended:
        print(f"  {say('stopped')}: {state.fault.told(say)}")
    if state.aborted is not None:
        print(f"  {say('aborted')}: {state.aborted.by}: {state.aborted.told(say)}")


def _print_results(state: "RunState", say: Translate) -> None:
    """Print inspections, observations, results and conclusions, item after item."""
    for inspected in state.inspected.values():
        print(f"  {tell.inspection_line(inspected, say)}")
    for (phase, _), observed in state.observed.items():
        print(f"  {say(phase.value):<9} {tell.observation_line(observed, state, say)}")
    points = {point.id: point for point in state.points}
    for dut in state.duts:
        for (phase, id_), outcome in state.results.items():
            if points[id_].dut == dut:
                line = tell.outcome_line(outcome, points[id_], say)
                print(f"  {say(phase.value):<9} {line}")
        for (phase, _, of), concluded in state.conclusions.items():
            for line in tell.conclusion_lines(concluded, say) if of == dut else ():
                print(f"  {say(phase.value):<9} {line}")


def _print_wait(live: "LiveView", say: Translate) -> None:
    left = "" if live.seconds_left is None else f", {say('left')} {live.seconds_left:.0f} s"
    print(f"  {say('waiting')}: {say(live.waiting)}{left}")
