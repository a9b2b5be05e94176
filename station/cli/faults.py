"""`--fault`: what is to go wrong with a simulated instrument, on the command line."""

import argparse
import re
from typing import TYPE_CHECKING

from station.errors import BadInput

if TYPE_CHECKING:
    from station.bench_file import BenchFile

FORM = "ROLE:FAULT[@EXCHANGE][/SECONDS]"
WRITTEN = re.compile(
    r"(?P<instrument>[^:@/]+):(?P<fault>[a-z-]+)(?:@(?P<at_exchange>[1-9]\d*))?"
    r"(?:/(?P<seconds>\d+(?:\.\d+)?))?",
    re.ASCII,
)


def add_faults(parser: argparse.ArgumentParser) -> None:
    """Add --fault."""
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar=FORM,
        help="let a simulated instrument fail, e.g. dut:late@12/3.5; more than once if need be",
    )


def with_faults(file: "BenchFile", args: argparse.Namespace) -> "BenchFile":
    """Return the bench file with the faults that the command line adds.

    Raises:
        BadInput: one is not written as it should be.
    """
    from station.bench_file import FaultEntry

    added = []
    for text in args.fault:
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise BadInput(
                "--fault {text!r} is not {form}, e.g. dut:late@12/3.5.", text=text, form=FORM
            )
        given = {key: value for key, value in found.groupdict().items() if value is not None}
        added.append(FaultEntry.model_validate(given))
    faults = (*file.simulation.faults, *added)
    return file.model_copy(
        update={"simulation": file.simulation.model_copy(update={"faults": faults})}
    )
