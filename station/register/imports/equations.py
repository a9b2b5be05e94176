"""Coefficients of somebody's certificate as an equation of ours, where a person says which.

A DCC states its formula for people to read (LaTeX, MathML) and is not taken at its word: the
mapping names a function of `station.metrology.certified_functions`, or an expression, and which
column is which coefficient. Nothing of the document is run.
"""

from collections.abc import Iterator, Sequence
from decimal import Context
from typing import Any

from station.errors import BadInput, Phrase
from station.register.imports.columns import Column, Columns, one_of
from station.register.imports.figures import Place
from station.register.imports.mapping import EquationMapping, named_column
from station.register.toml_text import Tree

ENOUGH = Context(prec=28)
"""Digits of a standard uncertainty U/k; no uncertainty is known to as many."""


def equations(
    found: Sequence[Columns], said: Sequence[EquationMapping]
) -> Iterator[tuple[Columns, Tree]]:
    """Yield the equations that a mapping makes of tables, each with its table.

    Raises:
        BadInput: a table or column is not there, or states no uncertainty.
    """
    for each in said:
        table = _table(found, each)
        kept = each.model_dump(
            exclude={"list", "coefficients", "stability", "k"}, exclude_none=True
        )
        coefficients = [
            _coefficient(name, named_column(table, column), each, table.place)
            for name, column in each.coefficients.items()
        ]
        equation: Tree = {**kept, "gives": each.gives.value, "coefficients": coefficients}
        if each.stability:
            equation["stability"] = [part.model_dump() for part in each.stability]
        yield table, equation


def _table(found: Sequence[Columns], said: EquationMapping) -> Columns:
    for number, table in enumerate(found, start=1):
        if said.list.casefold() in {str(number), *map(str.casefold, table.names)}:
            return table
    names = tuple(each.place for each in found)
    raise BadInput(
        "The mapping's equation of {table!r} is not there: {names}.", table=said.list, names=names
    )


def _coefficient(name: str, column: Column, said: EquationMapping, place: Place) -> dict[str, Any]:
    where = Phrase("{place}, coefficient {name}", place=place, name=name)
    if len(column.values) != 1:
        raise BadInput(
            "{where}: {count} values; one is a coefficient.", where=where, count=len(column.values)
        )
    factors = (said.k,) if said.k is not None else column.factors
    if not column.expanded or not factors:
        raise BadInput(
            "{where}: no uncertainty, or no coverage factor, is stated (k = …).", where=where
        )
    u = ENOUGH.divide(one_of(column.expanded, 0), one_of(factors, 0))
    if u < 0:
        raise BadInput("{where}: u = {u}. An uncertainty is not negative.", where=where, u=u)
    return {"name": name, "value": column.values[0], "u": u}
