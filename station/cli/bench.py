"""`station models`, `identify`, `check`: what can be driven, who is there, what preflight says."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.cli.common import Subparsers, add_store, open_store_of
from station.errors import Exit, told
from station.locale import preferred_language, translation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.bench_file import BenchFile
    from station.register.equipment_bench import Registered, Standards


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    models = subparsers.add_parser("models", help="list the models that can be driven")
    form = models.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--markdown", action="store_true", help="print the table of the documents")
    models.set_defaults(run=_models)
    identify = subparsers.add_parser("identify", help="ask who answers at each address")
    check = subparsers.add_parser("check", help="say everything preflight can say")
    check.add_argument("--procedure", default="dmm", metavar="NAME", help="default: dmm")
    add_store(check)
    for parser, run in ((identify, _identify), (check, _check)):
        parser.add_argument("--bench", type=Path, required=True, metavar="FILE")
        parser.add_argument("--simulate", action="store_true", help="on the simulated bench")
        parser.set_defaults(run=run)


def _models(args: argparse.Namespace) -> int:
    from station.catalogue import known_models

    if args.markdown:
        print(_table())
        return Exit.DONE
    found: list[dict[str, Any]] = [
        {
            "model": known.name,
            "title": known.title,
            "capabilities": sorted(capability.__name__ for capability in known.offers or ()),
            "simulated": known.faces is not None,
            "faces": known.faces or (),
        }
        for known in known_models()
    ]
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return Exit.DONE
    width = max(len(row["model"]) for row in found) + 2
    for row in found:
        reached = f": {', '.join(row['faces'])}" if row["faces"] else ""
        simulated = f"  (simulated{reached})" if row["simulated"] else ""
        print(f"{row['model']:<{width}}{row['title']}{simulated}")
        if row["capabilities"]:
            print(f"{'':<{width}}{', '.join(row['capabilities'])}")
    return Exit.DONE


def _table() -> str:
    """Return all models as a table in Markdown: what docs/instruments.md holds."""
    from station.catalogue import known_models, reach_text

    lines = ["| model | interfaces simulated | capabilities and reach | unverified |"]
    lines.append("|---|---|---|---|")
    for known in known_models():
        offers = (known.offers or {}).items()
        reaches = [f"{capability.__name__} {reach_text(capability, r)}" for capability, r in offers]
        simulated = "none" if known.faces is None else ", ".join(known.faces) or "by hand"
        cells = (
            f"`{known.name}`<br>{known.title}",
            simulated,
            "<br>".join(reaches) or "no driver",
            known.unverified,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _identify(args: argparse.Namespace) -> int:
    from drivers.catalogue import model_of
    from station.bench import open_bench
    from station.bench_file import read_bench_file
    from station.look import look_at

    code, say = Exit.DONE, translation(preferred_language())
    with open_bench(
        read_bench_file(args.bench)[0], simulate=args.simulate, look_only=True
    ) as bench:
        for role, instrument in bench.instruments.items():
            address = bench.file.instruments[role].address
            seen = look_at(instrument)
            who, found = seen.identity, ""
            if who is not None:
                found = f"{who.maker}, {who.model}, {who.serial}, {who.firmware}"
                if not model_of(bench.file.instruments[role].model).states_serial:
                    found += "  (it cannot say its serial number: read the plate)"
            if seen.failure is not None:
                found, code = f"FAILED  {told(seen.failure, say)}", Exit.FAILED
            print(f"{role:<12} {address:<36} {found}")
            for error in seen.errors or ():
                print(f"{'':<12} {'':<36} error queue: {error}")
    return code


def _check(args: argparse.Namespace) -> int:
    from station.bench_file import read_bench_file
    from station.procedure import find_procedure
    from station.run.checklist import checklist

    file, _ = read_bench_file(args.bench)
    found = checklist(
        find_procedure(args.procedure),
        args.bench,
        file,
        lambda file, standards: _registered(args, file, standards),
        simulate=args.simulate,
    )
    print(f"ok  decision rule: {found.rule.name}, version {found.rule.version}")
    say = translation(preferred_language())
    for check in found.checks:
        mark = "ok" if check.refusal is None else "NO"
        print(f"{mark:<3} {check.subject.told(say)}: {check.finding.told(say)}")
        if check.refusal is not None:
            print(f"    {check.refusal.told(say)}")
    return Exit.REFUSED if any(check.refusal for check in found.checks) else Exit.DONE


def _registered(
    args: argparse.Namespace, file: "BenchFile", standards: "Standards"
) -> "tuple[Standards, Mapping[str, Registered]]":
    """Return the standards with those that the register says, and what it knows of them.

    Raises:
        BadInput: the bench file asks the register, and there is no store.
    """
    from station.bench_file import REGISTER
    from station.errors import BadInput
    from station.register.equipment_bench import of_bench

    asked = any(entry.certificate == REGISTER for entry in file.instruments.values())
    try:
        with open_store_of(args, create=False) as store:
            return of_bench(file, standards, store)
    except BadInput:
        if asked or args.store is not None:
            raise
        return standards, {}  # no store yet: nothing is known of anything
