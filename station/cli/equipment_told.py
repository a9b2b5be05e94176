"""What `station equipment` tells: lists, one piece with all that stands against it, its history."""

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from station.cli.common import open_store_of
from station.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from station.register.equipment_checks import CheckDue
    from station.register.equipment_plausibility import Jump
    from station.register.equipment_usage import Used
    from station.register.state import Equipment, Register


NEWEST = 5
"""Runs that are shown of those that used equipment; `history` has all."""


def list_all(args: argparse.Namespace) -> int:
    """Print all equipment, one a line."""
    register, today = _register(args)
    wanted = args.find.casefold()
    found = [
        each
        for _, each in sorted(register.equipment.items())
        if not wanted or wanted in json.dumps(_said(each), ensure_ascii=False).casefold()
    ]
    if args.json:
        print(json.dumps([_as_json(each, today) for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            print(standing_line(each, today))
    return Exit.DONE


def due(args: argparse.Namespace) -> int:
    """Print what is due within some days, or overdue; what has no certificate comes first."""
    from station.clock import SystemClock, day_of
    from station.register.equipment import read_all
    from station.register.equipment_checks import checks_due, is_only_checked
    from station.register.equipment_standing import due_of

    today = day_of(SystemClock().now())
    found: list[tuple[date, Equipment, CheckDue | None]] = []
    with open_store_of(args, create=False) as store:
        for each in read_all(store).equipment.values():
            if not each.retired and not is_only_checked(each):
                found.append((due_of(each) or date.min, each, None))
            found += [(check.due, each, check) for check in checks_due(store, each)]
    found = [line for line in found if (line[0] - today).days <= args.within]
    found.sort(key=lambda line: (line[0], line[1].entered.equipment))
    if args.json:
        told = [
            _as_json(each, today) | ({"check": _check_json(check)} if check else {})
            for _, each, check in found
        ]
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for _, each, check in found:
            print(standing_line(each, today) if check is None else _check_line(each, check, today))
    return Exit.DONE


def show(args: argparse.Namespace) -> int:
    """Print one piece of equipment: what it is, its certificates, what stands against its use."""
    from station.clock import SystemClock, day_of
    from station.register.equipment import read_one
    from station.register.equipment_checks import checks_due
    from station.register.equipment_usage import usage

    today = day_of(SystemClock().now())
    with open_store_of(args, create=False) as store:
        equipment = read_one(store, args.id)
        compared = _compared(store, equipment)
        count, used = usage(store, equipment, newest=NEWEST)
        checks = checks_due(store, equipment)
    if args.json:
        shown = _as_json(equipment, today) | {
            "comparison": [_jump_json(j) for j in compared],
            "runs": count,
            "used": [_used_json(each) for each in used],
            "checks": [_check_json(each) for each in checks],
        }
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return Exit.DONE
    for key, value in _said(equipment).items():
        if value:
            print(f"{key.replace('_', ' '):<16} {value}")
    for line in (
        *_certificate_lines(equipment),
        *_standing_lines(equipment, today),
        *_check_lines(checks),
        *_used_lines(count, used),
    ):
        print(line)
    _print_comparison(compared)
    return Exit.DONE


def history(args: argparse.Namespace) -> int:
    """Print everything that was written of equipment, and the runs that used it, by time."""
    from station.clock import ZONE
    from station.records.uses import touched_by
    from station.register.equipment import read_one

    with open_store_of(args, create=False) as store:
        equipment = read_one(store, args.id)
        used = touched_by(store, [equipment.entered.serial], None)
    written: list[dict[str, Any]] = [
        {"at": at, "what": entry.kind, "by": entry.by, "entry": _body(entry)}
        for at, entry in equipment.log
    ]
    runs: list[dict[str, Any]] = [
        {"at": each.begun, "what": "used", "by": "", "entry": {
            "run": each.run, "procedure": each.procedure, "item": each.item,
            "certificate": each.used.certificate,
        }}
        for each in used
        if _is_of(each.used.document, equipment)
    ]  # fmt: skip
    lines = sorted([*written, *runs], key=lambda line: line["at"])
    if args.json:
        told = [{**line, "at": line["at"].isoformat()} for line in lines]
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return Exit.DONE
    for line in lines:
        words = _words(line["entry"])
        by = f"  ({line['by']})" if line["by"] else ""
        print(f"{line['at'].astimezone(ZONE):%Y-%m-%d %H:%M}  {line['what']:<22} {words}{by}")
    return Exit.DONE


def standing_line(equipment: "Equipment", today: date) -> str:
    """Return one line: what it is, until when it may be used, what stands against it."""
    from station.register.equipment_checks import against_use
    from station.register.equipment_standing import due_of

    said, last = equipment.entered, due_of(equipment)
    against = against_use(equipment, today)
    words = [
        each.obstacle.value + (f" (allowed until {each.override.until})" if each.override else "")
        for each in against
    ]
    until = f"due {last}" if last else "no certificate"
    what = f"{said.maker} {said.type}, {said.serial}"
    return f"{said.equipment:<14} {what:<40} {until:<16} {', '.join(words) or 'in order'}"


def _register(args: argparse.Namespace) -> "tuple[Register, date]":
    from station.clock import SystemClock, day_of
    from station.register.equipment import read_all

    with open_store_of(args, create=False) as store:
        return read_all(store), day_of(SystemClock().now())


def _said(equipment: "Equipment") -> dict[str, Any]:
    return equipment.entered.model_dump(exclude={"kind", "by"})


def _body(entry: Any) -> dict[str, Any]:
    body: dict[str, Any] = entry.model_dump(exclude={"kind", "by", "equipment"}, mode="json")
    return body


def _words(body: dict[str, Any]) -> str:
    said = {k: v for k, v in body.items() if v not in ("", None, (), [])}
    return ", ".join(f"{len(v)} runs" if k == "runs" else f"{k} {v}" for k, v in said.items())


def _is_of(document: str, equipment: "Equipment") -> bool:
    """Tell a run of this equipment from one of another maker's with the same serial number."""
    known = {e.document for _, e in equipment.log if e.kind == "certificate-entered"}
    return not known or document in known


def _as_json(equipment: "Equipment", today: date) -> dict[str, Any]:
    from station.register.equipment_standing import due_of, standing

    last, used = due_of(equipment), equipment.in_use
    return {
        **_said(equipment),
        "due": None if last is None else last.isoformat(),
        "in_use": None if used is None else used.number,
        "certificates": [
            {**_body(each), "accepted": each.number in equipment.accepted}
            for each in equipment.certificates
        ],
        "against": [
            {
                "obstacle": each.obstacle.value,
                "why": str(each.why),
                "override": None if each.override is None else _body(each.override),
            }
            for each in standing(equipment, today)
        ],
    }


def _certificate_lines(equipment: "Equipment") -> list[str]:
    lines = []
    used = equipment.in_use
    for each in sorted(equipment.certificates, key=lambda c: c.dated):
        state = "in use" if each is used else "before"
        if each.number not in equipment.accepted:
            state = "WAITS FOR ACCEPTANCE"
        lines.append(
            f"{'certificate':<16} {each.number} of {each.dated}, due {each.due}, {each.issuer} "
            f"({each.source}): {state}"
        )
        lines += [f"{'':<16} !   {finding}" for finding in each.findings]
    return lines


def _standing_lines(equipment: "Equipment", today: date) -> list[str]:
    from station.register.equipment_standing import standing

    against = standing(equipment, today)
    lines = [f"{'against its use' if i == 0 else '':<16} {a.why}" for i, a in enumerate(against)]
    lines += [
        f"{'override':<16} {a.override.by} allows it until {a.override.until}: {a.override.reason}"
        for a in against
        if a.override
    ]
    return lines or [f"{'against its use':<16} nothing"]


def _check_line(equipment: "Equipment", check: "CheckDue", today: date) -> str:
    said, point = equipment.entered, f" {check.plan.point}".rstrip()
    what = f"{said.maker} {said.type}, {said.serial}"
    late = (" OVERDUE" if check.due < today else "") + _signalled(check)
    return (
        f"{said.equipment:<14} {what:<40} {f'due {check.due}':<16} intermediate check{point}{late}"
    )


def _check_lines(checks: "Sequence[CheckDue]") -> list[str]:
    return [
        f"{'checked' if number == 0 else '':<16} checked every {each.plan.every_days} days"
        f"{f' at {each.plan.point} by {each.plan.procedure}' if each.plan.point else ''}, last "
        f"{each.last or 'never'}, due {each.due}{_signalled(each)}"
        for number, each in enumerate(checks)
    ]


def _signalled(check: "CheckDue") -> str:
    return f" OUT OF CONTROL: {'; '.join(r.value for r in check.signalled)}" * bool(check.signalled)


def _check_json(check: "CheckDue") -> dict[str, Any]:
    return {
        **_body(check.plan),
        "last": None if check.last is None else check.last.isoformat(),
        "due": check.due.isoformat(),
        "signals": [rule.value for rule in check.signalled],
    }


def _used_lines(count: int, used: "list[Used]") -> list[str]:
    from station.clock import ZONE

    lines = [f"{'used by':<16} {count} runs" + (f", the newest {NEWEST}:" * (count > NEWEST))]
    return lines + [
        f"{'':<16} {each.begun.astimezone(ZONE):%Y-%m-%d %H:%M}, {each.hours:.1f} h, "
        f"{', '.join(each.people)}: {each.procedure}, {each.item} ({each.run})"
        for each in used
    ]


def _used_json(used: "Used") -> dict[str, Any]:
    return {
        "run": used.run,
        "begun": used.begun.isoformat(),
        "until": used.until.isoformat(),
        "hours": round(used.hours, 4),
        "people": list(used.people),
        "procedure": used.procedure,
        "item": used.item,
    }


def _compared(store: Any, equipment: "Equipment") -> "list[Jump]":
    """Return how the last certificate differs from the one before it."""
    from station.bench_file import parse_standard
    from station.register.equipment_plausibility import jumps

    pair = sorted(equipment.certificates, key=lambda each: each.dated)[-2:]
    if len(pair) < 2:
        return []
    old, new = (
        parse_standard("", store.document(each.document), name=each.number).certificate
        for each in pair
    )
    return jumps(old, new)


def _print_comparison(compared: "list[Jump]") -> None:
    if not compared:
        return
    print(f"{'compared':<44} {'change':>11} {'√(U₁²+U₂²)':>11} {'stability':>11} {'E_n':>7}")
    for each in compared:
        mark = "" if each.is_plausible else "  !"
        print(
            f"{each.place!s:<44} {each.change:>+11.3g} {each.combined:>11.3g} "
            f"{each.stability:>11.3g} {each.normalised:>+7.2f}{mark}"
        )


def _jump_json(jump: "Jump") -> dict[str, Any]:
    import math

    return {
        "place": str(jump.place),
        "change": jump.change,
        "combined": jump.combined,
        "stability": jump.stability,
        "normalised": jump.normalised if math.isfinite(jump.normalised) else None,
        "plausible": jump.is_plausible,
    }
