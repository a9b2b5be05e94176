"""Who took part in measuring: they decide nothing of the results (four eyes)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from station.errors import Phrase, Refused
from station.register.names import folded
from station.register.people import has_accounts
from station.register.state import Register
from station.run import entries as e
from station.run.journal import Row
from station.run.plan import Overridden


@dataclass(frozen=True, slots=True)
class Work:
    """What a journal says of the work behind some results.

    Attributes:
        run: id of the run.
        procedure: the method, as people are authorised for it.
        people: everybody who did anything in the run, as it names them.
        overridden: what a reviewer let be used although a check refused it.
        head: hash of the journal's last entry.
    """

    run: str
    procedure: str
    people: frozenset[str]
    overridden: tuple[Overridden, ...]
    head: str


def work_of(rows: Sequence[Row]) -> Work:
    """Return what a journal, read whole, says of the work.

    Raises:
        Refused: it has no first entry.
    """
    begun = rows[0].entry if rows else None
    if not isinstance(begun, e.RunBegun):
        raise Refused("The run has no first entry. `station audit` says more.")
    method = begun.found_as or begun.procedure
    people = frozenset(_named(rows))
    return Work(begun.run, method, people, begun.overrides, rows[-1].hash)


def _named(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        entry = row.entry
        # Whoever asked in vain changed nothing.
        if not isinstance(entry, e.Declined):
            yield from filter(
                None, (getattr(entry, name, "") for name in ("operator", "by", "source"))
            )


def refuse_measurer(register: Register, by: str, work: Work, what: str) -> None:
    """Refuse whoever took part in measuring, where people are checked.

    Raises:
        Refused: the journal names them by login, by a name from before there were accounts, or by
            another account of the same name.
    """
    if has_accounts(register) and _is_one_of(register, by, work.people):
        raise Refused(
            "{by} took part in measuring run {run} and cannot {what} it: another person must.",
            by=by,
            run=work.run,
            what=Phrase(what),
        )


def refuse_overrider(register: Register, by: str, work: Work) -> None:
    """Refuse the approver of what rests on a decision of his own, where people are checked.

    Raises:
        Refused: he let a standard be used although a check refused it.
    """
    for decided in work.overridden if has_accounts(register) else ():
        if _is_one_of(register, by, {decided.by}):
            raise Refused(
                "{by} decided that {equipment} may be used and cannot approve what rests on "
                "that: another approver must.",
                by=by,
                equipment=decided.equipment,
            )


def _is_one_of(register: Register, by: str, named: frozenset[str] | set[str]) -> bool:
    own = _known_as(register, by)
    return any(own & _known_as(register, name) for name in named)


def _known_as(register: Register, name: str) -> set[str]:
    person = register.people.get(name)
    names = (person.name, *person.former) if person is not None else ()
    return {folded(each) for each in (name, *names)}
