"""`station simulate`: serve simulated instruments on loopback until told to end."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import Subparsers, natural
from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.bench_file import BenchFile


GREATEST_PORT = 65535


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("simulate", help="serve simulated instruments on loopback")
    parser.add_argument("bench", nargs="?", type=Path, metavar="BENCH", help="bench file")
    parser.add_argument("--model", help="one instrument of this model instead of a bench")
    parser.add_argument("--serial-number", default="0", metavar="TEXT", help="with --model")
    parser.add_argument("--tcp", type=_port, metavar="PORT", help="with --model; 0: any free port")
    parser.add_argument("--serial", type=Path, metavar="LINK", help="with --model: a pty's link")
    parser.add_argument("--seed", type=natural, help="seed of the simulated world")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one JSON line per instrument, the control address, `ready`; serve until the end."""
    from station.bench import serve_bench
    from station.bench_file import read_bench_file
    from station.cli.run import told_to_stop

    if (args.bench is None) == (args.model is None):
        raise BadInput("Name a bench file or --model MODEL, one of the two.")
    if args.bench is not None and (args.tcp is not None or args.serial is not None):
        raise BadInput("--tcp and --serial go with --model; a bench is served on free ports.")
    file = _one(args) if args.model else read_bench_file(args.bench)[0]
    if args.seed is not None:
        world = file.simulation.model_copy(update={"seed": args.seed})
        file = file.model_copy(update={"simulation": world})
    tcp = {args.model: args.tcp or 0} if args.model else None
    links = {args.model: args.serial} if args.serial else {}
    with told_to_stop() as stop, serve_bench(file, tcp_ports=tcp, serial_links=links) as served:
        for name, addresses in served.addresses.items():
            line = {"name": name, "model": file.instruments[name].model, "address": addresses}
            print(json.dumps(line))
        print(json.dumps({"control": served.control}))
        print("ready", flush=True)
        # In slices: an event waited for without end does not see a signal on Windows.
        while not stop.wait(0.2):
            pass
    return Exit.DONE


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > GREATEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to {GREATEST_PORT}")
    return int(text)


def _one(args: argparse.Namespace) -> "BenchFile":
    from station.bench_file import BenchFile, BenchNamed, InstrumentEntry

    entry = InstrumentEntry(model=args.model, address="served", serial=args.serial_number)
    return BenchFile(bench=BenchNamed(name=args.model), instruments={args.model: entry})
