"""`station certificate`: issue, amend, withdraw those of a run's items; verify anybody's."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.cli.common import Subparsers, acting, add_by, add_store, by, open_store_of
from station.cli.label import add_certificate_label
from station.cli.sealing import add_key, seal_of
from station.errors import BadInput, Exit, Refused
from station.locale import Translate, preferred_language, translation

if TYPE_CHECKING:
    from station.certificate.issue import Issued
    from station.certificate.signing.sign import Seal
    from station.certificate.verification.file import Report
    from station.records.store import Store
    from station.run.plan import Order, Organisation


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    parser = subparsers.add_parser("certificate", help="issue or verify a certificate")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    issue = commands.add_parser("issue", help="issue the certificates of a finished run")
    issue.add_argument("id", metavar="RUN")
    issue.add_argument(
        "--dut", metavar="ROLE", help='of this item alone, e.g. "dut-2" (default: of every item)'
    )
    _add_output(issue, instead_of="the bench file's")
    issue.set_defaults(run=_issue)
    _add_later_acts(commands)
    add_certificate_label(commands)
    verify = commands.add_parser(
        "verify", help="verify a PDF or DCC XML: signatures, schema, rules, record"
    )
    verify.add_argument("files", nargs="+", type=Path, metavar="FILE")
    verify.add_argument(
        "--trust",
        action="append",
        default=[],
        type=Path,
        metavar="CA.pem",
        help="certificates of authorities whose signatures are trusted; may be given again",
    )
    verify.add_argument(
        "--crl",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="revocation list of an authority (PEM or DER); may be given again",
    )
    verify.add_argument("--json", action="store_true", help="print JSON")
    add_store(verify)
    verify.set_defaults(run=_verify)


def _add_output(parser: argparse.ArgumentParser, *, instead_of: str) -> None:
    parser.add_argument("--out", type=Path, default=Path(), help="folder (default: here)")
    parser.add_argument(
        "--order",
        type=Path,
        metavar="FILE.toml",
        help=f"tables [laboratory], [order] and [order.customer], instead of {instead_of}",
    )
    parser.add_argument(
        "--language",
        choices=("vi,en", "vi", "en"),
        metavar="LANGUAGES",
        help='"vi,en", "vi" or "en": what is printed; the XML has both (default: vi,en, for an '
        "amendment as before)",
    )
    parser.add_argument(
        "--field",
        type=_field,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a field that the laboratory's own file asks for; may be given again",
    )
    add_key(parser)
    add_by(parser)
    add_store(parser)


def _field(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _add_later_acts(commands: "Subparsers[argparse.ArgumentParser]") -> None:
    amend = commands.add_parser("amend", help="issue a certificate in the place of another")
    withdraw = commands.add_parser("withdraw", help="declare a certificate no longer valid")
    void = commands.add_parser("void-number", help="give the next number to nothing, for good")
    for parser, run in ((amend, _amend), (withdraw, _withdraw), (void, _void)):
        parser.add_argument("number", metavar="NUMBER")
        told = "printed on the new document" if parser is amend else "kept in the register"
        parser.add_argument("--reason", required=True, help=told)
        parser.set_defaults(run=run)
    _add_output(amend, instead_of="what that certificate says")
    for parser in (withdraw, void):
        add_by(parser)
        add_store(parser)


def _issue(args: argparse.Namespace) -> int:
    """Write NUMBER.pdf and NUMBER.xml of the item, or of every item of the run.

    An item that cannot be certified does not stop the others.

    Raises:
        Refused: no item may be certified.
        BadInput: the order file is wrong, or the folder cannot be written.
    """
    from station.register.lives import ISSUERS

    laboratory, order = _order_file(args.order)
    with open_store_of(args, create=False) as store, seal_of(args) as seal:
        acting(args, store, *ISSUERS)
        run = store.find_run(args.id)
        duts = _duts(store, run.id, args.dut, order)
        refused: list[Refused] = []
        for dut in duts:
            try:
                issued = _issued(args, store, run.id, dut, order, laboratory, seal)
            except Refused as refusal:
                if len(duts) == 1:
                    raise
                refused.append(refusal)
                continue
            if not issued.new:
                _say_already_issued(args, run.id, issued)
            if len(duts) > 1:
                print(f"{dut}: {issued.number}", file=sys.stderr)
            _write(args.out, issued)
    if len(refused) == len(duts):
        raise refused[0]
    say = translation(preferred_language())
    for why in refused:
        print(f"station: {why.told(say)}", file=sys.stderr)
    return Exit.REFUSED if refused else Exit.DONE


def _duts(store: "Store", run: str, dut: str | None, order: "Order | None") -> tuple[str, ...]:
    """Return the roles of the items that certificates are asked for; say which have left the run.

    Raises:
        BadInput: an order for several items says what only one of them can have.
    """
    from station.certificate.item import with_results
    from station.run import journal
    from station.run.state import fold_all

    if dut is not None:
        return (dut,)
    state = fold_all(journal.read(store, run))
    done = with_results(state)
    duts = tuple(dut for dut in state.duts if dut in done or dut not in state.removed)
    for taken_out in (removed for role, removed in state.removed.items() if role not in duts):
        print(
            f"{taken_out.dut}: no certificate: taken out by {taken_out.by} ({taken_out.reason}) "
            "before it had a result",
            file=sys.stderr,
        )
    if len(duts) > 1 and order is not None and (order.asset or order.condition):
        raise BadInput(
            "Run {run} has {count} items, and the order gives one asset number or condition. "
            "Name the item they belong to with --dut, or leave them out.",
            run=run,
            count=len(duts),
        )
    return duts


def _issued(
    args: argparse.Namespace,
    store: "Store",
    run: str,
    dut: str,
    order: "Order | None",
    laboratory: "Organisation | None",
    seal: "Seal | None",
) -> "Issued":
    from station.certificate.issue import issue
    from station.certificate.texts import Languages
    from station.clock import SystemClock

    return issue(
        store,
        run,
        dut=dut,
        by=by(args),
        now=SystemClock().now(),
        order=order,
        laboratory=laboratory,
        seal=seal,
        fields=dict(args.field),
        languages=Languages(args.language or "vi,en"),
    )


def _amend(args: argparse.Namespace) -> int:
    """Write the new NUMBER.pdf and NUMBER.xml.

    Raises:
        BadInput, Refused: see `station.certificate.issue.amend`.
    """
    from station.certificate.issue import amend
    from station.certificate.texts import Languages
    from station.clock import SystemClock
    from station.register.entries import Role

    laboratory, order = _order_file(args.order)
    with open_store_of(args, create=False) as store, seal_of(args) as seal:
        issued = amend(
            store,
            args.number,
            by=acting(args, store, Role.APPROVER),
            now=SystemClock().now(),
            reason=args.reason,
            order=order,
            laboratory=laboratory,
            seal=seal,
            fields=dict(args.field),
            languages=Languages(args.language) if args.language else None,
        )
    print(f"{issued.number} takes the place of {args.number}", file=sys.stderr)
    _write(args.out, issued)
    return Exit.DONE


def _withdraw(args: argparse.Namespace) -> int:
    from station.clock import SystemClock
    from station.register import book, lives
    from station.register.entries import Role

    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.APPROVER)
        book.act(store, SystemClock(), lambda register: lives.withdrawn(
            register, by=by, number=args.number, reason=args.reason
        ))  # fmt: skip
    print(f"{args.number}: withdrawn")
    return Exit.DONE


def _void(args: argparse.Namespace) -> int:
    from station.clock import SystemClock
    from station.register import book, lives
    from station.register.entries import Role

    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.APPROVER)
        book.act(store, SystemClock(), lambda register: lives.voided(
            register, by=by, number=args.number, reason=args.reason
        ))  # fmt: skip
    print(f"{args.number}: given to nothing")
    return Exit.DONE


def _write(folder: Path, issued: "Issued") -> None:
    from station.certificate.files import write_files

    for path in write_files(folder, issued):
        print(path)


def _say_already_issued(args: argparse.Namespace, run: str, issued: "Issued") -> None:
    from station.clock import ZONE

    options = (
        ("order", args.order),
        ("name", args.by),
        ("field", args.field),
        ("language", args.language),
    )
    given = [word for word, value in options if value]
    verb = "are" if len(given) > 1 else "is"
    unused = f"; the {' and '.join(given)} given now {verb} not used" if given else ""
    at = issued.at.astimezone(ZONE).date()
    print(f"{run}: already issued as {issued.number} on {at}{unused}.", file=sys.stderr)


def _order_file(path: Path | None) -> "tuple[Organisation | None, Order | None]":
    from station.certificate.files import read_order

    file = read_order(path)
    return file.laboratory, file.order


def _verify(args: argparse.Namespace) -> int:
    """Print what is found in each file; the exit code is that of the worst.

    A store is looked into only where --store or STATION_STORE names one. A file that cannot be
    read, or is no certificate, does not stop the others.

    Raises:
        BadInput: the certificates of --trust or the lists of --crl cannot be read.
    """
    import os
    from contextlib import nullcontext

    named = args.store or os.environ.get("STATION_STORE")
    with open_store_of(args, create=False) if named else nullcontext() as store:
        reports, unreadable = _reports(args, store)
    say = translation(preferred_language())
    if args.json:
        print(json.dumps([_as_json(*pair) for pair in reports], ensure_ascii=False, indent=2))
    else:
        for path, report in reports:
            _print(path, report, say)
    for fault in unreadable:
        print(f"station: {fault.told(say)}", file=sys.stderr)
    if not all(report.good for _, report in reports):
        return Exit.REFUSED
    return Exit.BAD_INPUT if unreadable else Exit.DONE


def _reports(
    args: argparse.Namespace, store: "Store | None"
) -> "tuple[list[tuple[Path, Report]], list[BadInput]]":
    from station.certificate.verification.file import LARGEST_PDF, verify
    from station.certificate.verification.revocation import read_lists
    from station.certificate.verification.trust import Trust, read_trust
    from station.clock import SystemClock
    from station.files import read_bytes

    trust = Trust(read_trust(args.trust), SystemClock().now(), read_lists(args.crl))
    reports, unreadable = [], []
    for path in args.files:
        try:
            content = read_bytes(path, largest=LARGEST_PDF)
            reports.append((path, verify(content, store, name=str(path), trust=trust)))
        except BadInput as fault:
            unreadable.append(fault)
    return reports, unreadable


def _as_json(path: Path, report: "Report") -> dict[str, Any]:
    return {
        "file": str(path),
        "good": report.good,
        "proven": report.good and report.proven,
        "kind": report.kind,
        "number": report.number,
        "laboratory": report.laboratory,
        "version": report.version,
        "simulated": report.simulated,
        "findings": [
            {"weight": f.weight.value, "rule": f.rule, "where": f.where, "what": f.what}
            for f in report.findings
        ],
    }


def _print(path: Path, report: "Report", say: Translate) -> None:
    good = say("verified") if report.proven else say("of good form, its origin not verified")
    verdict = good if report.good else say("NOT VERIFIED")
    simulated = f", {say('SIMULATED')}" if report.simulated else ""
    what = f"{report.number}, {report.laboratory}" if report.number else say("no DCC inside")
    print(f"{path}: {verdict}: {what}{simulated}")
    for finding in report.findings:
        print(f"  {finding.told(say)}")
