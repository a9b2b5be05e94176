"""`station equipment`: the register of standards and other equipment (ISO/IEC 17025:2017, 6.4)."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import (
    Subparsers,
    acting,
    add_by,
    add_store,
    day,
    natural,
    open_store_of,
)
from station.cli.equipment_checks import add_checks
from station.cli.label import add_equipment_label
from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.records.store import Store
    from station.register.book import Decide
    from station.register.equipment_intake import TakenIn, Wish
    from station.register.state import Register

FORMATS = ("toml", "certificate", "original", "dcc", "msl")

KINDS = ("adjustment", "maintenance", "repair", "damage")

Run = Callable[[argparse.Namespace], int]

MAPPING = (
    "What the tables of a certificate mean is read from their refTypes. Where these are missing, "
    'a mapping says it: [[table]] list = "name or number", quantity = "dc-voltage", nominal = '
    '"column", actual | error | deviation = "column", U = "column", k = 2, hertz = "column", '
    'range = "column", stability = [{ days = 365, ppm = 11, floor = 2e-6 }]; skip = true leaves '
    "a table out. A column is named by its name, refType or number. Coefficients become an "
    'equation: [[equation]] list = "…", quantity, unit, argument_unit, gives, low, high, '
    'function = "callendar" or expression = "…", coefficients = { R0 = "column", … }, '
    "stability; the document's own formula is not run."
)


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    parser = subparsers.add_parser("equipment", help="the register of standards and equipment")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_reading(commands)
    _add_entering(commands)
    _add_certificates(commands)
    add_checks(commands)
    add_equipment_label(commands)


def _add_reading(commands: "Subparsers[argparse.ArgumentParser]") -> None:
    from station.cli import equipment_told as told

    listed = _reader(commands, "list", told.list_all, "all equipment and how it stands")
    listed.add_argument("--find", metavar="TEXT", default="", help="only where it is written")
    shown = _reader(commands, "show", told.show, "what is known of one, and what is against it")
    due = _reader(commands, "due", told.due, "what is due for calibration, the first first")
    due.add_argument("--within", type=natural, default=60, metavar="DAYS", help="(default: 60)")
    history = _reader(commands, "history", told.history, "all entries, and the runs that used it")
    for command in (shown, history):
        command.add_argument("id", metavar="EQUIPMENT", help="its id or serial number")
    export = commands.add_parser("export", help="write equipment and certificates to files")
    export.add_argument("ids", nargs="*", metavar="EQUIPMENT", help="(default: all)")
    export.add_argument(
        "--format",
        choices=FORMATS,
        default="toml",
        help="equipment with its certificates as TOML; each certificate as a bench file "
        "takes it, as it came, or transcribed as DCC XML; a register of msl-equipment "
        "(default: toml)",
    )
    export.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    add_store(export)
    export.set_defaults(run=_export)


def _reader(
    commands: "Subparsers[argparse.ArgumentParser]", name: str, run: Run, help_: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_)
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_store(parser)
    parser.set_defaults(run=run)
    return parser


def _writer(
    commands: "Subparsers[argparse.ArgumentParser]", name: str, run: Run, help_: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_)
    if name != "import":
        parser.add_argument("id", metavar="EQUIPMENT", help="its id or serial number")
    add_by(parser)
    add_store(parser)
    parser.set_defaults(run=run)
    return parser


def _add_entering(commands: "Subparsers[argparse.ArgumentParser]") -> None:
    add = _writer(commands, "add", _add, "enter equipment, or what is said of it from now on")
    for name in ("title", "maker", "type", "serial"):
        add.add_argument(f"--{name}", help="(needed for new equipment)")
    for name in ("location", "firmware", "note"):
        add.add_argument(f"--{name}")
    add.add_argument("--interval", type=natural, metavar="MONTHS", help="between calibrations")
    retire = _writer(commands, "retire", _retire, "take out of service (`add` brings it back)")
    retire.add_argument("--reason", required=True)
    service = _writer(commands, "service", _service, "write down what was done with it")
    service.add_argument("what", choices=KINDS)
    check = _writer(commands, "check", _check, "write down an intermediate check")
    outcome = check.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--passed", action="store_true", dest="passed")
    outcome.add_argument("--failed", action="store_false", dest="passed")
    for command in (service, check):
        command.add_argument("--on", type=day, metavar="DATE", help="(default: today)")
        command.add_argument("--note", default="")


def _add_certificates(commands: "Subparsers[argparse.ArgumentParser]") -> None:
    taking = _writer(commands, "import", _import, "take in certificates and equipment from files")
    taking.epilog = MAPPING
    taking.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="DCC XML, equipment or certificate TOML, register XML of msl-equipment",
    )
    taking.add_argument("--equipment", default="", metavar="ID", help="of which equipment")
    taking.add_argument("--serial", help="which item of a certificate of several")
    taking.add_argument("--due", type=day, metavar="DATE", help="last day of use")
    taking.add_argument("--interval", type=natural, metavar="MONTHS", help="instead of --due")
    taking.add_argument("--mapping", type=Path, metavar="FILE.toml", help="what columns mean")
    taking.add_argument("--accept", action="store_true", help="take it into use at once")
    taking.add_argument("--reason", default="", help="why it is accepted")
    accept = _writer(commands, "accept", _accept, "take a certificate into use")
    accept.add_argument("number", nargs="?", metavar="CERTIFICATE")
    accept.add_argument("--reason", default="", help="needed where something is implausible")
    reject = _writer(commands, "reject", _reject, "put a certificate aside, e.g. a wrong entry")
    reject.add_argument("number", metavar="CERTIFICATE")
    reject.add_argument("--reason", required=True)
    override = _writer(commands, "override", _override, "a reviewer lets it be used all the same")
    override.add_argument("--lift", default="overdue", metavar="WHAT", help="(default: overdue)")
    override.add_argument("--until", type=day, required=True, metavar="DATE")
    override.add_argument("--reason", required=True)
    bad = _writer(commands, "found-bad", _found_bad, "it was wrong: stop it, list what it touched")
    bad.add_argument("--since", type=day, required=True, metavar="DATE", help="wrong from this day")
    bad.add_argument("--reason", required=True)
    bad.add_argument("--corrected", type=Path, metavar="CERTIFICATE.toml", help="tell what moves")


def _add(args: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from station.register import book
    from station.register.equipment import KEEPERS, enter
    from station.register.equipment_file import EquipmentTable

    given = {
        "title": args.title, "maker": args.maker, "type": args.type, "serial": args.serial,
        "location": args.location, "firmware": args.firmware, "note": args.note,
        "interval_months": args.interval,
    }  # fmt: skip
    with open_store_of(args) as store:
        by = acting(args, store, *KEEPERS)
        known = book.read(store).equipment.get(args.id)
        said = {} if known is None else known.entered.model_dump(include=set(given))
        said |= {name: value for name, value in given.items() if value is not None}
        missing = [name for name in ("title", "maker", "type", "serial") if not said.get(name)]
        if missing:
            raise BadInput(
                "{id} is new: give {options}.",
                id=args.id,
                options=tuple(f"--{name}" for name in missing),
            )
        try:
            table = EquipmentTable.model_validate({"id": args.id, **said})
        except ValidationError as error:
            fault = error.errors()[0]
            raise BadInput(
                "{key}: {why}.", key=fault["loc"][0], why=fault["msg"].lower()
            ) from error
        write(args, store, enter(table.entry(by)))
    return Exit.DONE


def _retire(args: argparse.Namespace) -> int:
    from station.register.equipment import KEEPERS, retire

    with open_store_of(args, create=False) as store:
        by = acting(args, store, *KEEPERS)
        write(args, store, retire(args.id, args.reason, by))
    return Exit.DONE


def _service(args: argparse.Namespace) -> int:
    return _done(args, args.what, None)


def _check(args: argparse.Namespace) -> int:
    return _done(args, "intermediate check", args.passed)


def _done(args: argparse.Namespace, what: str, passed: bool | None) -> int:
    from station.register.entries import Serviced, ServiceKind
    from station.register.equipment import KEEPERS, service

    now = today()
    with open_store_of(args, create=False) as store:
        entry = Serviced(
            by=acting(args, store, *KEEPERS),
            equipment=args.id,
            what=ServiceKind(what),
            on=args.on or now,
            passed=passed,
            note=args.note,
        )
        write(args, store, service(args.id, entry, now))
    return Exit.DONE


def _accept(args: argparse.Namespace) -> int:
    from station.register.equipment import JUDGES, Acceptance, accept

    with open_store_of(args, create=False) as store:
        acceptance = Acceptance(acting(args, store, *JUDGES), args.reason)
        write(args, store, accept(args.id, args.number, acceptance))
    return Exit.DONE


def _reject(args: argparse.Namespace) -> int:
    from station.register.equipment import JUDGES, reject

    with open_store_of(args, create=False) as store:
        by = acting(args, store, *JUDGES)
        write(args, store, reject(args.id, args.number, args.reason, by))
    return Exit.DONE


def _override(args: argparse.Namespace) -> int:
    from station.register.entries import Role
    from station.register.equipment import override

    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.REVIEWER)
        decide = override(args.id, args.until, args.reason, by, today(), lifts=args.lift)
        write(args, store, decide)
    return Exit.DONE


def _found_bad(args: argparse.Namespace) -> int:
    from station.cli.main import main
    from station.register.equipment import KEEPERS, find, found_bad

    with open_store_of(args, create=False) as store:
        by = acting(args, store, *KEEPERS)
        decide = found_bad(args.id, args.since, args.reason, by, today())
        known = find(write(args, store, decide), args.id).entered.equipment
    trace = ["trace", "--standard", known, "--since", args.since.isoformat()]
    corrected = [] if args.corrected is None else ["--corrected", str(args.corrected)]
    code = main([*trace, *corrected, *(["--store", args.store] if args.store else [])])
    if not corrected:
        told = " ".join(trace)
        print(f"  →   how far each result moves: station {told} --corrected CERTIFICATE.toml")
    return code


def write(args: argparse.Namespace, store: "Store", decide: "Decide") -> "Register":
    """Write a decision, say how the equipment stands now, and return the register."""
    from station.cli.equipment_told import standing_line
    from station.clock import SystemClock
    from station.register import book
    from station.register.equipment import find

    register = book.act(store, SystemClock(), decide)
    print(standing_line(find(register, args.id), today()))
    return register


def today() -> date:
    """Return the day it is."""
    from station.clock import SystemClock, day_of

    return day_of(SystemClock().now())


def _import(args: argparse.Namespace) -> int:
    from station.clock import SystemClock
    from station.register.equipment import JUDGES, KEEPERS, Acceptance
    from station.register.equipment_intake import Wish, take_in
    from station.register.imports.mapping import read_mapping

    with open_store_of(args) as store:
        by = acting(args, store, *(JUDGES if args.accept else KEEPERS))
        wish = Wish(
            by=by,
            equipment=args.equipment,
            serial=args.serial,
            due=args.due,
            interval_months=args.interval,
            mapping=read_mapping(args.mapping),
            acceptance=Acceptance(by, args.reason) if args.accept else None,
        )
        for path in args.files:
            content = _read(path)
            for taken in take_in(store, SystemClock(), content, name=str(path), wish=wish):
                _tell_taken(taken, wish)
    return Exit.DONE


def _read(path: Path) -> bytes:
    """Return a file that is no larger than a certificate can be."""
    from station.certificate.reading import LARGEST_XML
    from station.files import read_bytes

    if path.is_file() and path.stat().st_size > LARGEST_XML:
        raise BadInput(
            "{path}: larger than {most} bytes, which no certificate is.",
            path=path,
            most=LARGEST_XML,
        )
    return read_bytes(path)


def _tell_taken(taken: "TakenIn", wish: "Wish") -> None:
    certificate = taken.certificate
    if certificate is None:
        print(f"{taken.equipment}: entered")
    else:
        state = "accepted" if taken.accepted else "waits for acceptance"
        print(
            f"{taken.equipment}: certificate {certificate.number} of {certificate.dated}, due "
            f"{certificate.due}, {state}"
        )
        for finding in certificate.findings:
            print(f"  !   {finding}")
        if not taken.accepted:
            reason = " --reason …" if certificate.findings else ""
            print(f"  →   station equipment accept {taken.equipment}{reason}")
    for note in taken.notes:
        print(f"      {note}")


def _export(args: argparse.Namespace) -> int:
    from station.register import book
    from station.register.equipment import find
    from station.register.equipment_export import exported

    with open_store_of(args, create=False) as store:
        register = book.read(store)
        chosen = [find(register, each) for each in args.ids] or [*register.equipment.values()]
        files, notes = exported(store, chosen, args.format)
        try:
            args.out.mkdir(parents=True, exist_ok=True)
            for name, content in files:
                (args.out / name).write_bytes(content)
                print(args.out / name)
        except OSError as error:
            raise BadInput(
                "{path}: cannot be written ({why}).", path=args.out, why=error
            ) from error
    for note in notes:
        print(f"      {note}")
    return Exit.DONE
