"""`station demo`: a whole multimeter calibration on the simulated bench, with its certificate."""

import argparse
import sys
from pathlib import Path

from station.cli.common import Subparsers, Teller, natural
from station.errors import Exit
from station.locale import LANGUAGES, preferred_language, translation

OPERATOR = "demo"


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "demo", help="a whole calibration on the simulated bench, from readings to certificate"
    )
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder (default: demo)")
    parser.add_argument("--seed", type=natural, help="seed of the simulated world")
    parser.add_argument("--lang", choices=LANGUAGES, default=preferred_language())
    parser.add_argument("--real-time", action="store_true", help="as long as on a real bench")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Calibrate, issue, and print where everything is."""
    from importlib.resources import as_file, files

    from station.bench_file import read_bench_file, read_standards
    from station.certificate.issue import issue
    from station.cli.run import told_to_stop
    from station.procedure import find_procedure
    from station.records.store import open_store
    from station.run import DEFAULT_RULE
    from station.run.carry_out import Session, begin
    from station.run.operator import ScriptedOperator
    from station.run.rule import agreed_rule
    from station.run.setup import Setup
    from station.simulated_world import simulated_clock

    say = translation(args.lang)
    with as_file(files("station") / "demo") as folder:
        file, content = read_bench_file(folder / "bench.toml")
        standards = read_standards(file, folder)
    if args.seed is not None:
        world = file.simulation.model_copy(update={"seed": args.seed})
        file = file.model_copy(update={"simulation": world})
    setup = Setup(
        procedure=find_procedure("dmm"),
        bench=file,
        bench_content=content,
        standards=standards,
        simulate=True,
        real_time=args.real_time,
        rule=agreed_rule(file.order, None, default=DEFAULT_RULE).name,
        by=OPERATOR,
    )
    operator = ScriptedOperator(
        OPERATOR,
        {"°C": file.simulation.ambient_celsius, "%": file.simulation.humidity_percent},
    )
    begun: list[str] = []
    with open_store(str(args.out / "station.db")) as store, told_to_stop() as stop:
        state = begin(setup, Session(store, operator, Teller(say), stop), begun.append)
        # The demonstration lives in the simulated world's time: so does its certificate.
        now = state.last_at or simulated_clock(file).now()
        issued = issue(store, begun[0], by=OPERATOR, now=now, order=None, laboratory=None)
        paths = [args.out / f"{issued.number}.pdf", args.out / f"{issued.number}.xml"]
        for path, document in zip(paths, (issued.pdf, issued.xml), strict=True):
            path.write_bytes(document)
    print()
    print(f"{say('run'):<12} {begun[0]}")
    print(f"{say('record'):<12} {args.out / 'station.db'}")
    print(f"{say('certificate'):<12} {paths[0]}")
    print(f"{'DCC':<12} {paths[1]}")
    print()
    print(say("Look at it with:"))
    program = sys.argv[0] if Path(sys.argv[0]).stem == "station" else "station"
    print(f"  {program} show {begun[0]} --store {args.out / 'station.db'}")
    print(f"  {program} tui --store {args.out / 'station.db'}")
    return Exit.DONE
