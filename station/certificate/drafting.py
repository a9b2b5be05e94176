"""A certificate before it has its documents: what is asked for, and the row that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from station.certificate.acts import NOBODY, Acts
from station.certificate.basis import Record, Terms, house_of, renderer_digest
from station.certificate.document import begun_of, finished
from station.certificate.house import adopted
from station.certificate.kinds import Kind, kind_of
from station.certificate.signing.sign import Seal
from station.certificate.texts import Languages
from station.errors import Phrase, Refused
from station.locale import N_
from station.records.store import CertificateIssued, Store
from station.register.people import has_accounts
from station.register.state import Lives, Person, Register
from station.run.entries import RunBegun
from station.run.plan import Order, Organisation
from station.run.state import RunState

HOW_TO_GIVE = N_(
    "Give it in the bench file, the laboratory also by `station laboratory adopt`, or to `station "
    "certificate issue` with --order FILE.toml (tables [laboratory], [order] and [order.customer])."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; `amends` is the certificate whose place it takes (see `Acts`).

    `fields` are the laboratory's own fields that are asked for, by name.
    """

    run: str
    dut: str
    by: str
    now: datetime
    order: Order | None
    laboratory: Organisation | None
    amends: str = ""
    amends_digest: str = ""
    reason: str = ""
    seal: Seal | None = None
    fields: Mapping[str, str] | None = None
    languages: Languages = Languages.BOTH


def asked_kind(record: Record, asked: Asked) -> Kind:
    """Return the kind of document that is asked for."""
    state = finished(record.state, asked.dut)
    return kind_of(state, asked.order or begun_of(state).order)


def drafted(
    store: Store, record: Record, asked: Asked, register: Register, number: str
) -> CertificateIssued:
    """Return the row of the certificate, but for its documents."""
    made_with = adopted(register.adopted, asked.fields)
    own = house_of(store, made_with, asked_kind(record, asked), asked.now)
    terms = _terms(record.state, asked.order, asked.laboratory or own.laboratory)
    acts = _acts(record, asked, register)
    more = {"acts": acts, "house": made_with, "languages": asked.languages}
    terms = terms.model_copy(update=more)
    return CertificateIssued(
        number=number,
        run=asked.run,
        dut=asked.dut,
        issued=asked.now,
        issued_by=asked.by,
        order_body=terms.model_dump_json(),
        entries=record.state.length,
        head=record.work.head,
        pdf="",
        xml="",
        amends=asked.amends,
    )


def says_the_same(one: CertificateIssued, other: CertificateIssued) -> bool:
    """Whether two certificates of one item say the same, but for number, day and who decided."""
    before, after = (Terms.model_validate_json(each.order_body) for each in (one, other))
    names = after.acts.names
    renamed = any(names.get(login, name) != name for login, name in before.acts.names.items())
    before, after = (each.model_copy(update={"acts": NOBODY}) for each in (before, after))
    return before == after and not renamed


def _acts(record: Record, asked: Asked, register: Register) -> Acts:
    """Return what the certificate says of people: an amendment is approved by who amends."""
    item = lives_of(register, asked)
    reviewed_by = item.reviewed.by if item.reviewed is not None else ""
    approved_by = item.approved.by if item.approved is not None else ""
    if asked.amends and has_accounts(register):
        approved_by = asked.by
    named = {*record.work.people, asked.by, reviewed_by, approved_by}
    return Acts(
        reviewed_by=reviewed_by,
        approved_by=approved_by,
        amends=asked.amends,
        amends_digest=asked.amends_digest,
        reason=asked.reason,
        names={
            login: _name(register.people[login]) for login in sorted(named & {*register.people})
        },
    )


def _name(person: Person) -> str:
    """Return the name as it is printed: nobody takes a program for a person."""
    return f"{person.name} (chương trình, program)" if person.unattended else person.name


def lives_of(register: Register, asked: Asked) -> Lives:
    """Return what was decided of the item so far."""
    return register.items.get((asked.run, asked.dut), Lives())


def _terms(state: RunState, order: Order | None, laboratory: Organisation | None) -> Terms:
    begun = begun_of(state)
    order, laboratory = order or _shared(begun), laboratory or begun.laboratory
    for what, given in ((N_("laboratory"), laboratory), (N_("order"), order)):
        if given is None:
            raise Refused(
                "Run {run}: the {what} is not known. {how}",
                run=begun.run,
                what=Phrase(what),
                how=Phrase(HOW_TO_GIVE),
            )
    assert order is not None
    assert laboratory is not None
    return Terms(laboratory=laboratory, order=order, renderer=renderer_digest())


def _shared(begun: RunBegun) -> Order | None:
    """Return what the run's order says of all its items: number and condition are of one."""
    if begun.order is None or len(begun.duts) == 1:
        return begun.order
    return begun.order.model_copy(update={"asset": "", "condition": ""})
