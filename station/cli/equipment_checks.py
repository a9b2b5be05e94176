"""`station equipment chart`, `baseline`, `plan-check`: checks between calibrations."""

import argparse
from typing import TYPE_CHECKING, Any

from station.cli.common import (
    Subparsers,
    acting,
    add_by,
    add_store,
    day,
    natural,
    open_store_of,
)
from station.errors import Exit

if TYPE_CHECKING:
    from station.register.equipment_control import ControlLine

RULES = {"3s": "3 s", "western-electric": "Western Electric"}


def add_checks(commands: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    chart = commands.add_parser("chart", help="control charts of a check standard")
    chart.add_argument("id", metavar="EQUIPMENT", help="its id or serial number")
    chart.add_argument("--json", action="store_true", help="print JSON, with all values")
    add_store(chart)
    chart.set_defaults(run=_chart)
    baseline = commands.add_parser(
        "baseline", help="accept measurements that the later ones are judged against"
    )
    baseline.add_argument("--since", type=day, metavar="DATE", help="of measurements from this day")
    baseline.add_argument("--until", type=day, metavar="DATE", help="to this day (default: all)")
    baseline.add_argument(
        "--without", action="append", default=[], metavar="RUN", help="a run with a known cause"
    )
    baseline.add_argument(
        "--reason", default="", help="needed where it is doubtful, or another one stood"
    )
    baseline.set_defaults(run=_baseline)
    plan = commands.add_parser("plan-check", help="have it checked every so many days")
    often = plan.add_mutually_exclusive_group(required=True)
    often.add_argument("--every", type=natural, metavar="DAYS")
    often.add_argument("--end", action="store_true", help="it is not checked any more")
    plan.add_argument("--rules", choices=RULES, default="western-electric", help="what signals")
    plan.add_argument("--note", default="")
    plan.set_defaults(run=_plan)
    for command in (baseline, plan):
        command.add_argument("id", metavar="EQUIPMENT", help="its id or serial number")
        command.add_argument(
            "--point", default="", metavar="POINT", help="as `chart` and `station show` name it"
        )
        command.add_argument("--procedure", default="", help="where several measure the point")
        add_by(command)
        add_store(command)


def _chart(args: argparse.Namespace) -> int:
    import json

    from station.register.equipment import read_one
    from station.register.equipment_control import control_lines

    with open_store_of(args, create=False) as store:
        lines = control_lines(store, read_one(store, args.id))
    if args.json:
        print(json.dumps([_as_json(line) for line in lines], ensure_ascii=False, indent=2))
        return Exit.DONE
    for line in lines:
        simulated = "  SIMULATED" if line.simulated else ""
        print(f"{line.procedure}  {line.point.id}{simulated}  {_state(line)}")
        for number, each in enumerate(line.values):
            rules = [signal.rule.value for signal in line.signals if signal.index == number]
            mark = "✗" if rules else "○" if number in line.based else "●"
            print(
                f"  {mark} {each.on}  {each.error:+.6g} {line.point.unit}  {each.run}"
                + (f"  {'; '.join(rules)}" if rules else "")
            )
    if not lines:
        print(f"{args.id}: no run measured it as its item.")
    return Exit.DONE


def _state(line: "ControlLine") -> str:
    if line.limits is None:
        return "too few different values for limits"
    unit, limits = line.point.unit, line.limits
    around = f"{limits.centre:+.6g} {unit} ± 3 × {limits.standard_deviation:.3g} {unit}"
    kept = line.baseline
    if kept is None:
        return f"{around}: a trial; nobody accepted a baseline"
    changed = "; adjusted or repaired since: accept another one" if line.changed else ""
    return f"{around}: baseline of {kept.first} to {kept.last}, accepted by {kept.by}{changed}"


def _as_json(line: "ControlLine") -> dict[str, Any]:
    limits, kept = line.limits, line.baseline
    return {
        "procedure": line.procedure,
        "point": line.point.id,
        "unit": line.point.unit,
        "centre": None if limits is None else limits.centre,
        "standard_deviation": None if limits is None else limits.standard_deviation,
        "baseline": None if kept is None else kept.model_dump(mode="json", exclude={"kind"}),
        "simulated": line.simulated,
        "changed": line.changed,
        "values": [
            {
                "on": each.on.isoformat(),
                "run": each.run,
                "error": each.error,
                "U": each.expanded_uncertainty,
                "in_baseline": number in line.based,
                "signals": [s.rule.value for s in line.signals if s.index == number],
            }
            for number, each in enumerate(line.values)
        ],
    }


def _baseline(args: argparse.Namespace) -> int:
    from station.cli.equipment import write
    from station.register.equipment import JUDGES, read_one
    from station.register.equipment_checks import Chosen, accept_baseline, baseline_of, line_at
    from station.register.equipment_control import control_lines

    with open_store_of(args, create=False) as store:
        by = acting(args, store, *JUDGES)
        equipment = read_one(store, args.id)
        line = line_at(control_lines(store, equipment, newest=None), args.point, args.procedure)
        chosen = Chosen(args.since, args.until, frozenset(args.without))
        entry = baseline_of(equipment, line, chosen, args.reason, by)
        write(args, store, accept_baseline(entry))
    print(
        f"  {entry.point}: {entry.centre:+.6g} {entry.unit}, s = {entry.standard_deviation:.3g} "
        f"{entry.unit}, of {len(entry.runs)} measurements, {entry.first} to {entry.last}"
    )
    for doubt in entry.doubts:
        print(f"  !   {doubt}")
    return Exit.DONE


def _plan(args: argparse.Namespace) -> int:
    from station.cli.equipment import write
    from station.register.entries import CheckPlanned, Rules
    from station.register.equipment import KEEPERS, read_one
    from station.register.equipment_checks import line_at, plan_check
    from station.register.equipment_control import control_lines

    with open_store_of(args, create=False) as store:
        by = acting(args, store, *KEEPERS)
        equipment = read_one(store, args.id)
        procedure, point = args.procedure, args.point
        if point and args.end:
            ended = [each.procedure for each in equipment.checks if each.point == point]
            procedure = procedure or (ended[0] if ended else "")
        elif point:
            procedure = line_at(control_lines(store, equipment), point, procedure).procedure
        entry = CheckPlanned(
            by=by,
            equipment=equipment.entered.equipment,
            procedure=procedure,
            point=point,
            every_days=args.every,
            rules=Rules(RULES[args.rules]),
            note=args.note,
        )
        write(args, store, plan_check(entry))
    return Exit.DONE
