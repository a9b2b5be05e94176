"""Rows of the register about one thing, found without going through all that it ever said."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

import sqlalchemy as sa

from station.errors import BadInput, Phrase, Tampered
from station.records.chain import REGISTER, Columns, chain_fault
from station.records.rows import certificate_from
from station.records.schema import CERTIFICATE
from station.records.schema import REGISTER as TABLE
from station.records.store import CertificateIssued, Store
from station.register import entries as r
from station.register.entries import ENTRY
from station.register.state import Equipment, OfEquipment, Row, fold_all


def _kinds(*entries: type[Any]) -> tuple[str, ...]:
    return tuple(entry.model_fields["kind"].default for entry in entries)


OF_EQUIPMENT = _kinds(*get_args(OfEquipment))
OF_CERTIFICATES = _kinds(r.Reviewed, r.Approved, r.Issued, r.Withdrawn)
OF_LABORATORY = _kinds(r.LaboratoryAdopted)
OF_PEOPLE = _kinds(
    r.PersonEntered, r.AccountEnded, r.RoleGiven, r.RoleTaken, r.Authorised, r.AuthorisationEnded
)
"""What may leave the laboratory: a password's hash and a session may not."""


def register_rows(store: Store, kinds: Sequence[str], naming: Sequence[str] = ()) -> list[Columns]:
    """Return the register's rows of some kinds, each proved by its own hash, in order.

    Where `naming` is given, only rows in whose text one of them stands: what they are really about
    is for the caller to look at. That no row is missing, `station audit` tells.

    Raises:
        Tampered: one is not what was written.
    """
    c = TABLE.c
    query = (
        sa.select(c.seq, c.at, c.kind, c.body, c.previous, c.hash)
        .where(c.kind.in_(kinds))
        .order_by(c.seq)
    )
    if naming:
        query = query.where(
            sa.or_(*(c.body.contains(_in_json(n), autoescape=True) for n in naming))
        )
    with store.transaction("read the register") as connection:
        found = [tuple(row) for row in connection.execute(query)]
    for row in found:
        fault = chain_fault(REGISTER, row[0], None, row)
        if fault:
            raise Tampered(
                "{fault} Run `station audit` and restore the store from a backup.", fault=fault
            )
    return found


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def read_row(columns: Columns) -> Row:
    """Return a row of the register with its entry read."""
    seq, at, _, body, before, digest = columns
    return Row(seq, datetime.fromisoformat(at), ENTRY.validate_json(body), before, digest)


def equipment(store: Store, name: str) -> list[Equipment]:
    """Return the equipment whose id, or one of whose serial numbers ever, is `name`, by id.

    Raises:
        Tampered: the register is not what was written.
    """
    named = {
        entry.equipment
        for entry in (read_row(each).entry for each in register_rows(store, OF_EQUIPMENT, [name]))
        if isinstance(entry, r.EquipmentEntered) and name in (entry.equipment, entry.serial)
    }
    if not named:
        return []
    rows = map(read_row, register_rows(store, OF_EQUIPMENT, sorted(named)))
    found = fold_all(row for row in rows if getattr(row.entry, "equipment", "") in named)
    return [each for _, each in sorted(found.equipment.items())]


def fates(store: Store) -> dict[str, Phrase]:
    """Return what became of each certificate that is no longer in force, by its number."""
    c = CERTIFICATE.c
    amended = sa.select(c.amends, c.number).where(c.amends != "")
    with store.transaction("look up amendments") as connection:
        found = {
            old: Phrase("amended by {number}", number=new)
            for old, new in connection.execute(amended)
        }
    for columns in register_rows(store, _kinds(r.Withdrawn)):
        entry = read_row(columns).entry
        assert isinstance(entry, r.Withdrawn)
        why = Phrase("withdrawn by {by} ({reason})", by=entry.by, reason=entry.reason)
        found.setdefault(entry.number, why)
    return found


def certificate_numbered(store: Store, number: str) -> CertificateIssued:
    """Return the issued certificate `number`.

    Raises:
        BadInput: there is none.
    """
    query = sa.select(CERTIFICATE).where(CERTIFICATE.c.number == number)
    with store.transaction("look up a certificate") as connection:
        row = connection.execute(query).first()
    if row is None:
        raise BadInput(
            "There is no certificate {number!r} in {store}. Check the number.",
            number=number,
            store=store.url,
        )
    return certificate_from(row)


def adopted_by(certificate: CertificateIssued) -> dict[str, str]:
    """Return the laboratory's own texts and pictures on a certificate: digest → what it is."""
    made_with = json.loads(certificate.order_body).get("house")
    if made_with is None:
        return {}
    pictures = {digest: f"picture {name}" for name, digest in made_with["pictures"].items()}
    return {made_with["document"]: "texts", **pictures}
