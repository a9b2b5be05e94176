"""`station procedures`: the calibrations that are ready, and a bench to begin each with."""

import argparse
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.cli.common import Subparsers
from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.procedure import Procedure, Test


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("procedures", help="list the calibrations that are ready")
    parser.add_argument("name", metavar="PROCEDURE", nargs="?", help="tell more of this one")
    parser.add_argument(
        "--copy-bench", type=Path, metavar="FOLDER", help="write a bench to begin with there"
    )
    parser.add_argument("--bench", metavar="NAME", help="another of its benches, by its name")
    parser.set_defaults(run=_procedures)


def _procedures(args: argparse.Namespace) -> int:
    from importlib.metadata import entry_points

    from station.procedure import find_procedure

    if args.name is None:
        if args.copy_bench is not None:
            raise BadInput("Name the procedure whose bench is to be copied.")
        for name in sorted(entry.name for entry in entry_points(group="station.procedures")):
            print(f"{name:<20} {find_procedure(name).title}")
        return Exit.DONE
    procedure = find_procedure(args.name)
    if args.copy_bench is not None:
        _copy(procedure, args.bench, args.copy_bench)
        return Exit.DONE
    for line in _told(procedure):
        print(line)
    return Exit.DONE


def _told(procedure: "Procedure") -> list[str]:
    limits = procedure.environment
    (cold, warm), (dry, damp) = limits.celsius, limits.humidity
    room = f"{cold:g} to {warm:g} °C, {dry:g} to {damp:g} %"
    if limits.pascals is not None:
        low, high = limits.pascals
        room += f", {low / 100:g} to {high / 100:g} hPa"
    items = "one item" if procedure.most_duts == 1 else f"up to {procedure.most_duts} items"
    lines = [
        f"{procedure.name}, revision {procedure.revision}: {procedure.title}",
        f"  method  {procedure.method}",
        f"  room    {room}",
        f"  items   {items} in one run",
    ]
    if procedure.proof is None:
        return lines
    for test in _tests_on(procedure, procedure.proof.bench):
        lines.append(f"  test    {test.name}: {test.title}, {len(test.points)} points")
        lines += [f"          {role}: {asked}" for role, asked in _asked(test).items()]
    benches = ", ".join(procedure.proof.further)
    return [
        *lines,
        *([f"  benches --bench {benches}"] if benches else []),
        f"  begin   station procedures {procedure.name} --copy-bench FOLDER",
        f"          station run {procedure.name} --bench FOLDER/bench.toml --simulate",
    ]


def _tests_on(procedure: "Procedure", folder: Traversable) -> "tuple[Test[Any], ...]":
    from station.bench_file import BenchFile, items_of
    from station.files import parse_toml

    file = parse_toml((folder / "bench.toml").read_bytes(), BenchFile, name="bench.toml")
    return procedure.tests(items_of(file))


def _asked(test: "Test[Any]") -> dict[str, str]:
    from typing import get_args, get_type_hints

    return {
        role: (get_args(hint) or (hint,))[-1].__name__
        for role, hint in get_type_hints(test.roles).items()
    }


def _copy(procedure: "Procedure", bench: str | None, folder: Path) -> None:
    if procedure.proof is None:
        raise BadInput(
            "Procedure {procedure} has no bench to begin with.", procedure=procedure.name
        )
    further = procedure.proof.further
    if bench is not None and bench not in further:
        known = ", ".join(further) or "none"
        raise BadInput(
            "Procedure {procedure} has no bench {bench!r}; further ones: {known}.",
            procedure=procedure.name,
            bench=bench,
            known=known,
        )
    source = procedure.proof.bench if bench is None else further[bench]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in source.iterdir():
            if file.name.endswith(".toml"):
                with (folder / file.name).open("xb") as written:
                    written.write(file.read_bytes())
                print(folder / file.name)
    except FileExistsError as error:
        raise BadInput("{path} exists already. Name a new folder.", path=error.filename) from error
    except OSError as error:
        raise BadInput("{path}: {why}. Name another folder.", path=folder, why=error) from error
