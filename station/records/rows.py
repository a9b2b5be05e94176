"""Rows of the store as the rest of the station sees them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class RunListed:
    """A run as the index has it."""

    id: str
    begun: datetime
    procedure: str
    bench: str
    item: str


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate issued for the item `dut`; `pdf` and `xml` are document digests.

    `amends` is the number of the one whose place it takes; "" where it is the first.
    """

    number: str
    run: str
    dut: str
    issued: datetime
    issued_by: str
    order_body: str
    entries: int
    head: str
    pdf: str
    xml: str
    amends: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 over what the register does not say of it in words."""
        said = [self.issued.astimezone(UTC).isoformat(), self.order_body, self.entries, self.head]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def aware(at: datetime) -> datetime:
    """Return an instant of the store with its zone: SQLite forgets it, and it is always UTC."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def certificate_from(row: sa.Row[Any]) -> CertificateIssued:
    """Return the certificate that a row of the table, as `schema` has it, is about."""
    values: Sequence[Any] = [
        aware(value) if isinstance(value, datetime) else value for value in row
    ]
    return CertificateIssued(*values)
