"""What is decided of results from the screen: the same doors as the commands, in a thread."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from station.certificate.document import Document, begun_of
from station.certificate.files import read_order, write_files
from station.certificate.kinds import Kind
from station.certificate.texts import Languages
from station.metrology.rounding import Notation
from station.register import book
from station.register.entries import Entry
from station.register.state import Register
from station.tui.acting import act, refuse_unproved
from station.tui.desk import Desk
from station.tui.results.acts import Act, Case
from station.tui.results.seen import ResultSeen

if TYPE_CHECKING:
    from station.certificate.signing.sign import Seal


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the laboratory's own that must be filled in: its name, and its label."""

    name: str
    label: str


BETWEEN_FILES = ";"
"""Stands between files that are named in one line."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What a certificate is signed with.

    Attributes:
        key: PKCS#12 file or token.
        password: of the key.
        tsa: address of a time stamp server, "" for none.
        crls: files with the revocation lists of the key's issuers.
    """

    key: str
    password: str = field(repr=False)
    tsa: str = ""
    crls: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a certificate is issued with.

    Attributes:
        languages: in which it is printed.
        folder: where PDF and XML are written.
        fields: the laboratory's own that are asked for, by name.
        order: order file, where the run has no order or another one holds.
        signing: what it is signed with; None signs nothing.
        reason: of an amendment.
    """

    languages: Languages
    folder: Path
    fields: dict[str, str] = field(default_factory=dict)
    order: Path | None = None
    signing: Signing | None = None
    reason: str = ""


def decided(desk: Desk, seen: ResultSeen, what: Act, reason: str, *, whole: bool) -> str:
    """Write a review, an approval or a withdrawal; `whole` decides all items of the run.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    duts = seen.duts if whole else (seen.case.dut,)

    def entries(register: Register) -> list[Entry]:
        cases = [replace(seen.case, register=register, dut=dut) for dut in duts]
        return [entry for case in cases for entry in _entries(case, what, reason)]

    act(desk, entries)
    return desk.say("Written down.")


def _entries(case: Case, what: Act, reason: str) -> Sequence[Entry]:
    if what is Act.APPROVE:
        return case.approval(reason)
    if what is Act.WITHDRAW:
        return case.withdrawal(reason)
    return case.review(accepted=what is Act.ACCEPT, reason=reason)


def asked(desk: Desk, seen: ResultSeen) -> tuple[Asked, ...]:
    """Return the laboratory's fields that the certificate asks for when it is issued.

    Raises:
        StationError: the adopted file cannot be read, or nothing may be issued.
    """
    from station.certificate.house import asked_for
    from station.certificate.kinds import kind_of

    begun = begun_of(seen.state)
    kind = kind_of(seen.state, begun.order) if begun.order else Kind.CALIBRATION
    entry, vi = seen.case.register.adopted, desk.say.notation is Notation.VI
    fields = asked_for(desk.store, entry, seen.case.on, kind)
    return tuple(Asked(each.name, each.label.vi if vi else each.label.en) for each in fields)


def certify(desk: Desk, case: Case, wish: Wish) -> tuple[str, Path]:
    """Issue or amend; return the number and where the PDF is.

    Raises:
        StationError: whatever is refused, or the folder cannot be written.
    """
    from station.certificate.issue import amend, issue

    refuse_unproved(desk, book.read(desk.store))
    order = read_order(wish.order)
    with _seal(wish.signing) if wish.signing else nullcontext() as seal:
        make = (
            partial(amend, desk.store, case.number, reason=wish.reason)
            if case.number
            else partial(issue, desk.store, case.work.run, dut=case.dut)
        )
        made = make(
            by=desk.by,
            now=desk.wall.now(),
            order=order.order,
            laboratory=order.laboratory,
            seal=seal,
            fields=wish.fields,
            languages=wish.languages,
        )
    pdf, _ = write_files(wish.folder, made)
    return made.number, pdf


@contextmanager
def _seal(signing: Signing) -> Iterator["Seal"]:
    from station.certificate.signing.keys import opened
    from station.certificate.signing.sign import Seal
    from station.certificate.signing.time import time_stamper
    from station.certificate.verification.revocation import read_lists

    tsa = time_stamper(signing.tsa) if signing.tsa else None
    crls = read_lists(signing.crls).crls
    with opened(signing.key, signing.password) as key:
        yield Seal(key, tsa, crls)


def certified(desk: Desk, case: Case, wish: Wish) -> str:
    """Issue or amend, remember how, and return what to tell; what fails is kept for another try.

    Raises:
        StationError: as `certify`.
    """
    desk.unfinished[about(case)] = without_secrets(wish)
    number, pdf = certify(desk, case, wish)
    desk.unfinished.pop(about(case), None)
    issued = desk.say("✓ {number} is issued: {path}, and the XML beside it.")
    return f"{issued.format(number=number, path=pdf)} {remember(desk, wish)}".rstrip()


def about(case: Case) -> tuple[str, ...]:
    """Return what a certificate is asked for: an item, or in the place of which certificate."""
    return case.work.run, case.dut, case.number


PIN = "pin-value"
"""What an address of a token may tell a PIN by (RFC 7512, 2.4)."""


def without_secrets(wish: Wish) -> Wish:
    """Return a wish that can be kept, and shown to whoever sits down next."""
    signing = wish.signing
    if signing is None:
        return wish
    tsa = "" if "@" in signing.tsa else signing.tsa
    # Without any key nothing would be signed the next time.
    key = _without_pin(signing.key)
    return replace(wish, signing=replace(signing, key=key, password="", tsa=tsa))


def _without_pin(key: str) -> str:
    token, _, attributes = key.partition("?")
    left = "&".join(each for each in attributes.split("&") if not each.startswith(PIN))
    return f"{token}?{left}" if left else token


def begins_with(desk: Desk, case: Case) -> Wish:
    """Return what is asked for first: as it was typed and failed, else as the last time.

    Raises:
        StationError: the certificate that is to be amended cannot be read.
    """
    kept = desk.memory.settings
    crls = tuple(Path(name) for name in kept.crls.split(BETWEEN_FILES) if name)
    usual = Wish(
        languages=_languages(desk, case),
        folder=Path(kept.folder) if kept.folder else Path.cwd(),
        signing=Signing(kept.key, "", kept.tsa, crls),
    )
    typed: Wish | None = desk.unfinished.get(about(case))
    return typed or usual


def _languages(desk: Desk, case: Case) -> Languages:
    """Return in which the certificate is printed that is amended; the first one is in both."""
    if not case.number:
        return Languages.BOTH
    from station.certificate.basis import Terms
    from station.records.about import certificate_numbered

    kept = certificate_numbered(desk.store, case.number)
    return Terms.model_validate_json(kept.order_body).languages


def remember(desk: Desk, wish: Wish) -> str:
    """Remember all but secrets for the next time; return why that cannot be, "" where it can."""
    changes = {"folder": str(wish.folder), "key": ""}
    signing = without_secrets(wish).signing
    if signing is not None:
        crls = BETWEEN_FILES.join(map(str, signing.crls))
        changes |= {"key": signing.key, "tsa": signing.tsa, "crls": crls}
    return desk.keep(**changes)


def document(desk: Desk, case: Case, number: str = "") -> Document:
    """Return the certificate `number`, or where it is "" what would be issued now.

    Raises:
        StationError: the record is not what was written, or there is no order or laboratory.
    """
    from station.certificate.basis import printed_as
    from station.certificate.issue import preview

    if number:
        return printed_as(desk.store, number)
    return preview(desk.store, case.work.run, dut=case.dut, now=desk.wall.now())
