"""`station simulate`: serve simulated instruments on loopback until told to end."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import Subparsers, natural, port
from station.cli.faults import add_faults, with_faults
from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.bench_file import BenchFile


PORTS = {
    "tcp": "raw socket; 0: any free port",
    "hislip": "HiSLIP",
    "vxi11": "core channel of VXI-11",
    "portmapper": "tells the port of VXI-11; clients ask 111",
    "rfc2217": "serial port server that is told the settings",
}


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("simulate", help="serve simulated instruments on loopback")
    parser.add_argument("bench", nargs="?", type=Path, metavar="BENCH", help="bench file")
    parser.add_argument("--model", help="one instrument of this model instead of a bench")
    parser.add_argument("--serial-number", default="0", metavar="TEXT", help="with --model")
    for name, where in PORTS.items():
        parser.add_argument(f"--{name}", type=port, metavar="PORT", help=f"with --model: {where}")
    parser.add_argument("--serial", type=Path, metavar="LINK", help="with --model: a pty's link")
    parser.add_argument("--seed", type=natural, help="seed of the simulated world")
    add_faults(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one JSON line per instrument, the control address, `ready`; serve until the end."""
    from station.bench_file import read_bench_file
    from station.cli.run import told_to_stop
    from station.simulated_world import doors, serve_bench

    if (args.bench is None) == (args.model is None):
        raise BadInput("Name a bench file or --model MODEL, one of the two.")
    asked = doors(serial=args.serial, **{name: getattr(args, name) for name in PORTS})
    if args.bench is not None and asked is not None:
        raise BadInput("Ports and --serial go with --model; a bench is served on free ports.")
    if args.portmapper is not None and args.vxi11 is None:
        raise BadInput("--portmapper tells the port of VXI-11: give --vxi11 PORT too.")
    file = _one(args) if args.model else read_bench_file(args.bench)[0]
    file = with_faults(file, args)
    if args.seed is not None:
        world = file.simulation.model_copy(update={"seed": args.seed})
        file = file.model_copy(update={"simulation": world})
    chosen = None if asked is None else {args.model: asked}
    with told_to_stop() as stop, serve_bench(file, doors=chosen) as served:
        for name, addresses in served.addresses.items():
            standing = file.instruments.get(name) or file.simulation.things[name]
            line: dict[str, object] = {"name": name, "model": standing.model}
            line["address"] = addresses
            if name in served.portmappers:
                line["portmapper"] = served.portmappers[name]
            print(json.dumps(line))
        for name in sorted(set(file.simulation.things) - set(served.addresses)):
            thing = file.simulation.things[name]
            print(json.dumps({"name": name, "model": thing.model, "address": []}))
        print(json.dumps({"control": served.control}))
        print("ready", flush=True)
        # In slices: an event waited for without end does not see a signal on Windows.
        while not stop.wait(0.2):
            pass
    return Exit.DONE


def _one(args: argparse.Namespace) -> "BenchFile":
    from station.bench_file import BenchFile, BenchNamed, InstrumentEntry

    entry = InstrumentEntry(model=args.model, address="served", serial=args.serial_number)
    return BenchFile(bench=BenchNamed(name=args.model), instruments={args.model: entry})
