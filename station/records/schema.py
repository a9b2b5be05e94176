"""Tables of the record store, in types that SQLite and PostgreSQL share."""

from sqlalchemy import (
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RUN = Table(
    "run",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("begun", DateTime(timezone=True), nullable=False),
    Column("procedure", Text, nullable=False),
    Column("bench", Text, nullable=False),
    Column("item", Text, nullable=False),
)
"""An index of runs for listing; the journal is the truth."""

ENTRY = Table(
    "entry",
    METADATA,
    Column("run", String(40), ForeignKey("run.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The journals. Append-only: triggers refuse UPDATE and DELETE."""

REGISTER = Table(
    "register",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The laboratory's register (`station.register`): one chain. Append-only as the journals."""

INBOX = Table(
    "inbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", String(40), ForeignKey("run.id"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False),
)
"""Answers and commands of people for the engine, which journals what it takes."""

LIVE = Table(
    "live",
    METADATA,
    # No foreign key: a run is taken before its first row is written.
    Column("run", String(40), primary_key=True),
    Column("engine", Text, nullable=False),
    Column("beat", Float, nullable=False),
    Column("body", Text, nullable=False),
)
"""Who carries a run out and what it is doing: overwritten, not a record. `beat`: POSIX time (s)."""

CLAIM = Table(
    "claim",
    METADATA,
    Column("instrument", Text, primary_key=True),
    Column("run", String(40), nullable=False),
    Column("engine", Text, nullable=False),
    Column("beat", Float, nullable=False),
)
"""Which engine uses the instrument at an address: no two runs may drive one calibrator."""

DOCUMENT = Table(
    "document",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Files by the SHA-256 of their content: certificates of standards, issued documents."""

CERTIFICATE = Table(
    "certificate",
    METADATA,
    Column("number", String(40), primary_key=True),
    Column("run", String(40), ForeignKey("run.id"), nullable=False),
    Column("dut", Text, nullable=False),
    Column("issued", DateTime(timezone=True), nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("order_body", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("pdf", String(64), ForeignKey("document.digest"), nullable=False),
    Column("xml", String(64), ForeignKey("document.digest"), nullable=False),
    Column("amends", String(40), nullable=False, server_default=""),
    UniqueConstraint("run", "dut", "amends"),
)
"""An index of issued certificates: one for each item of a run (`dut`), and what took its place
(`amends` is the number of the one before); what they were computed from (`entries`, `head`) and
their two files. That they were issued is an entry of the register."""

POINT_LIST = Table(
    "point_list",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)
"""Ids of points by item, as JSON, by its SHA-256: once for all runs that have the same."""

STANDARD_USE = Table(
    "standard_use",
    METADATA,
    Column("run", String(40), ForeignKey("run.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("serial", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("certificate", Text, nullable=False),
    Column("document", String(64), nullable=False),
    Column("points", String(64), ForeignKey("point_list.digest"), nullable=False),
)
"""An index of the standards that runs use (`station.records.uses`); the journal is the truth."""

APPEND_ONLY = (
    "run", "entry", "register", "document", "certificate", "point_list", "standard_use",
)  # fmt: skip
"""Tables whose rows are never changed or removed."""
