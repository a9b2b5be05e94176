"""The laboratory's own texts and pictures on its certificates: a file, and what it says on a day.

    [[laboratory]]                       # the letterhead; the last one that is valid counts
    valid_from = 2026-01-01
    name = "…"
    address = "…"
    contact = "…"                        # optional, like all below
    accreditation = "…"
    logo = "logo.svg"                    # SVG or PNG, beside this file
    mark = "mark.png"                    # the accreditation body's
    header = { vi = "…", en = "…" }      # above every page, in the place of the name
    footer = { vi = "…", en = "…" }      # below every page
    check = "https://…/{number}/{digest}"  # what QR codes hold in the place of both

    [[statement]]                        # among the statements and notes
    valid_from = 2026-01-01
    name = "complaints"
    replaces = "reproduction"            # one of ours, or left out: it is added
    kinds = ["calibration"]              # or left out: all
    vi = "…"
    en = "…"

    [[field]]                            # on the first page
    valid_from = 2026-01-01
    name = "room"
    label = { vi = "…", en = "…" }
    value = { vi = "…", en = "…" }       # or left out: it is asked for when it is issued

Of tables with one name the last that is valid on the day of issue counts. All of it is text and
never markup.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, Field, field_validator, model_validator

from station.certificate.details import Detail
from station.certificate.kinds import Kind
from station.certificate.pictures import drawable
from station.certificate.texts import Text, same
from station.certificate.wording import Note, Topic
from station.errors import BadInput, Phrase
from station.files import Unfit, nearest, parse_toml
from station.records.store import Store
from station.register.entries import LaboratoryAdopted
from station.run.plan import Organisation, Record

LARGEST = 200_000
"""Bytes of a file."""

KINDS = tuple(kind.name.lower() for kind in Kind)
"""Kinds of documents, as the file calls them."""


def _plain(text: str) -> str:
    """Refuse what is no letter, sign or space: it cannot be seen, or turns what stands beside."""
    odd = next((c for c in text if unicodedata.category(c) in _UNSEEN), None)
    if odd is not None:
        raise Unfit("has the unseen character U+{code:04X}; take it out", code=ord(odd))
    return unicodedata.normalize("NFC", text)


_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _beside(name: str) -> str:
    if not re.fullmatch(r"\w[\w .-]{0,79}\.(svg|png)", name):
        raise Unfit("{name!r} is not the name of an SVG or PNG file beside this one", name=name)
    return name


def _is_kind(name: str) -> str:
    if name not in KINDS:
        raise Unfit("{name!r} is no kind of document; known: {kinds}", name=name, kinds=KINDS)
    return name


def _fills(check: str) -> str:
    left = check.replace("{number}", "").replace("{digest}", "")
    if not check.startswith(("https://", "http://")) or "{number}" not in check:
        raise Unfit("must be like https://example.org/{number}")
    if not left.isascii() or not left.isprintable() or set(left) & set('{}"<> \\'):
        raise Unfit("may have letters of a web address, {number} and {digest} only")
    return check


Short = Annotated[str, Field(min_length=1, max_length=160), AfterValidator(_plain)]
Long = Annotated[str, Field(min_length=1, max_length=1500), AfterValidator(_plain)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
File = Annotated[str, AfterValidator(_beside)]
KindName = Annotated[str, AfterValidator(_is_kind)]
Day = Annotated[date, Field(strict=True)]
Check = Annotated[str, Field(max_length=120), AfterValidator(_fills)]


class Replaceable(StrEnum):
    """A statement of ours that holds no result, so that a laboratory may word it."""

    ITEM = Topic.ITEM.value
    REPRODUCTION = Topic.REPRODUCTION.value
    GROUP_2 = Topic.GROUP_2.value


class Both(Record):
    """One short text in both languages."""

    vi: Short
    en: Short

    def text(self) -> Text:
        """Return it as every other text of a certificate."""
        return Text(self.vi, self.en)


class Dated(Record):
    """Something that is valid from a day on, and where it says so, to another."""

    valid_from: Day
    valid_until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise Unfit("valid_until is before valid_from")
        return self


class LaboratoryTable(Dated):
    """The letterhead."""

    name: Short
    address: Short
    contact: Short | None = None
    accreditation: Short | None = None
    logo: File | None = None
    mark: File | None = None
    header: Both | None = None
    footer: Both | None = None
    check: Check = ""

    def organisation(self) -> Organisation:
        """Return who issues."""
        return Organisation(
            name=self.name,
            address=self.address,
            contact=self.contact or "",
            accreditation=self.accreditation or "",
        )


class Named(Dated):
    """One of several that are valid at once, told apart by name."""

    name: Name
    kinds: tuple[KindName, ...] = KINDS


class StatementTable(Named):
    """A statement of the laboratory."""

    replaces: Replaceable | None = None
    vi: Long
    en: Long


class FieldTable(Named):
    """A field of the first page; without a value it is asked for."""

    label: Both
    value: Both | None = None


class HouseFile(Record):
    """The whole file."""

    laboratory: tuple[LaboratoryTable, ...] = ()
    statement: tuple[StatementTable, ...] = ()
    field: tuple[FieldTable, ...] = ()

    @field_validator("laboratory", "statement", "field")
    @classmethod
    def _later_after_earlier(cls, tables: Sequence[Dated]) -> Sequence[Dated]:
        last: dict[str, date] = {}
        for table in tables:
            name = table.name if isinstance(table, Named) else ""
            if name in last and table.valid_from <= last[name]:
                raise Unfit(
                    "{name} of {day} stands behind that of {before}; give each a later "
                    "valid_from than the one before",
                    name=name or Phrase("the letterhead"), day=table.valid_from, before=last[name],
                )  # fmt: skip
            last[name] = table.valid_from
        return tables

    @field_validator("statement")
    @classmethod
    def _one_for_each(cls, tables: Sequence[StatementTable]) -> Sequence[StatementTable]:
        names: dict[Replaceable, str] = {}
        for table in tables:
            if table.replaces and names.setdefault(table.replaces, table.name) != table.name:
                raise Unfit(
                    "{first} and {second} both replace {what!r}; give them one name",
                    first=names[table.replaces], second=table.name, what=table.replaces.value,
                )  # fmt: skip
        return tables

    def pictures(self) -> frozenset[str]:
        """Return the names of all pictures."""
        named = (name for table in self.laboratory for name in (table.logo, table.mark))
        return frozenset(name for name in named if name)

    def texts(self) -> Iterator[str]:
        """Yield everything that is printed."""
        for table in (*self.laboratory, *self.statement, *self.field):
            for value in table.model_dump(exclude={"kinds", "logo", "mark", "check"}).values():
                if isinstance(value, dict):
                    yield from value.values()
                elif isinstance(value, str):
                    yield value


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the laboratory, and the one of ours whose place it takes."""

    text: Text
    replaces: Topic | None


@dataclass(frozen=True, slots=True)
class House:
    """What the laboratory puts on one certificate; pictures are SVG, "" where there is none."""

    laboratory: Organisation | None = None
    logo: str = ""
    mark: str = ""
    header: Text | None = None
    footer: Text | None = None
    check: str = ""
    statements: tuple[Statement, ...] = ()
    fields: tuple[Detail, ...] = ()

    def worded(self, notes: Iterable[Note]) -> Iterator[Note]:
        """Yield our notes with the laboratory's in their places, then those that it adds."""
        replaced = {each.replaces: each.text for each in self.statements}
        for note in notes:
            yield replace(note, text=replaced.get(note.topic, note.text))
        for each in self.statements:
            if each.replaces is None:
                yield Note(Topic.LABORATORY, each.text)


PLAIN = House()
"""The laboratory adopted nothing."""


class Adopted(Record):
    """Which file a certificate was made with: digests, and what was asked for at issue."""

    document: str
    pictures: Mapping[str, str]
    asked: Mapping[str, str]


def adopted(entry: LaboratoryAdopted | None, asked: Mapping[str, str] | None) -> Adopted | None:
    """Return what the record keeps of it.

    Raises:
        BadInput: a field is given and nothing was adopted that asks for one.
    """
    if entry is not None:
        return Adopted(document=entry.document, pictures=entry.pictures, asked=asked or {})
    if asked:
        raise BadInput(
            "Field {name!r} is not asked for: no file was adopted (`station laboratory`).",
            name=min(asked),
        )
    return None


def house(store: Store, made_with: Adopted | None, day: date, kind: Kind) -> House:
    """Return what a certificate of `kind` that is issued on `day` takes from the kept file.

    Raises:
        BadInput: a field is asked for and not given, or given and not asked for.
        Tampered: the kept file is not what was adopted.
    """
    if made_with is None:
        return PLAIN
    content = store.document(made_with.document)
    file = parse_toml(content, HouseFile, name="the adopted file")
    letterhead = next(iter(_valid(file.laboratory, day)), None)
    if letterhead is None:
        own = PLAIN
    else:
        own = House(
            letterhead.organisation(),
            _picture(store, made_with, letterhead.logo),
            _picture(store, made_with, letterhead.mark),
            letterhead.header.text() if letterhead.header else None,
            letterhead.footer.text() if letterhead.footer else None,
            letterhead.check,
        )
    statements = [each for each in _valid(file.statement, day) if _is_of(each, kind)]
    fields = [each for each in _valid(file.field, day) if _is_of(each, kind)]
    return replace(
        own,
        statements=tuple(
            Statement(Text(each.vi, each.en), Topic(each.replaces) if each.replaces else None)
            for each in statements
        ),
        fields=tuple(_filled(fields, made_with.asked)),
    )


def asked_for(
    store: Store, entry: LaboratoryAdopted | None, day: date, kind: Kind
) -> tuple[FieldTable, ...]:
    """Return the fields that a certificate of `kind` that is issued on `day` asks for.

    Raises:
        Tampered: the kept file is not what was adopted.
    """
    if entry is None:
        return ()
    file = parse_toml(store.document(entry.document), HouseFile, name="the adopted file")
    valid = _valid(file.field, day)
    return tuple(each for each in valid if each.value is None and _is_of(each, kind))


def _filled(fields: Sequence[FieldTable], asked: Mapping[str, str]) -> Iterator[Detail]:
    wanted = {field.name for field in fields if field.value is None}
    for name in sorted(asked.keys() - wanted):
        raise BadInput(
            "Field {name!r} is not asked for.{nearest}", name=name, nearest=nearest(name, wanted)
        )
    for name in sorted(wanted - asked.keys()):
        raise BadInput("Field {name!r} is not given: --field {name}=VALUE.", name=name)
    for field in fields:
        value = field.value.text() if field.value else same(given(field.name, asked[field.name]))
        yield Detail(field.label.text(), value)


def given(name: str, value: str) -> str:
    """Return the value of a field that was asked for, as the file's own would be taken.

    Raises:
        BadInput: it is empty, too long or has unseen characters.
    """
    try:
        return Both(vi=value, en=value).vi
    except ValueError as error:
        raise BadInput(
            "Field {name!r} is {value!r}: give one line of 1 to 160 letters.",
            name=name,
            value=value[:40],
        ) from error


DatedT = TypeVar("DatedT", bound=Dated)


def _valid(tables: Sequence[DatedT], day: date) -> list[DatedT]:
    """Return the tables that count on a day, the last of each name."""
    begun: dict[str, DatedT] = {}
    for table in tables:
        if table.valid_from <= day:
            begun[table.name if isinstance(table, Named) else ""] = table
    return [t for t in begun.values() if t.valid_until is None or day <= t.valid_until]


def _is_of(table: Named, kind: Kind) -> bool:
    return kind.name.lower() in table.kinds


def _picture(store: Store, made_with: Adopted, name: str | None) -> str:
    if name is None:
        return ""
    return drawable(store.document(made_with.pictures[name]), name=name)
