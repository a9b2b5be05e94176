"""A table of somebody's certificate as the points of ours: nominal, deviation, U, k.

`deviation` is actual minus nominal, for a source, an indicating instrument and a material measure
alike: the negative of an error of indication (JCGM 200:2012, 4.20: indication minus reference),
or a correction, or reference minus indication, or the value found minus the nominal one.
"""

from dataclasses import dataclass
from decimal import Decimal

from station.errors import BadInput
from station.register.imports.columns import Column, Columns, one_of
from station.register.imports.figures import RATIOS, product, scaled, total
from station.register.imports.mapping import Roles

ZERO_KELVIN = Decimal("-273.15")

HELP = "Say which column is what in a mapping: `station equipment import --help`."


@dataclass(frozen=True, slots=True)
class Stated:
    """One certified point, exact; `span` is the range of the item that it was measured in."""

    nominal: Decimal
    deviation: Decimal
    U: Decimal
    k: Decimal
    hertz: Decimal | None
    span: Decimal | None


@dataclass(frozen=True, slots=True)
class _Result:
    """Where the deviation comes from: column minus column, or one column with a sign."""

    column: Column
    minus: Column | None
    sign: int


def is_table_of_results(found: Roles) -> bool:
    """Tell whether nominal value and result can be told apart."""
    return _result(found) is not None and _nominal(found) is not None


def unit_of(found: Roles) -> str:
    """Return the unit of the points; temperatures are in °C."""
    nominal = _nominal(found)
    assert nominal is not None
    return "°C" if nominal.symbol == "K" else nominal.symbol


def points(table: Columns, found: Roles) -> list[Stated]:
    """Return all points of a table.

    Raises:
        BadInput: no U or k, or units that do not go together.
    """
    return [_point(table, found, row) for row in range(table.rows)]


def _nominal(found: Roles) -> Column | None:
    return found.nominal or found.measured


def _result(found: Roles) -> _Result | None:
    if found.deviation is not None:
        return _Result(found.deviation, None, 1)
    if found.error is not None:
        return _Result(found.error, None, -1)
    if found.reference is not None and (found.measured or found.nominal):
        return _Result(found.reference, found.measured or found.nominal, 1)
    if found.measured is not None and found.nominal is not None:
        return _Result(found.measured, found.nominal, 1)
    return None


def _point(table: Columns, found: Roles, row: int) -> Stated:
    place = f"{table.place}, row {row + 1}"
    nominal_column, result = _nominal(found), _result(found)
    assert nominal_column is not None
    assert result is not None
    nominal = _celsius(nominal_column, row, place)
    if result.minus is not None:
        pair = (
            _celsius(result.column, row, place),
            _negative(_celsius(result.minus, row, place)),
        )
        deviation = total(pair, place)
        _same_unit(result.column, unit_of(found), place)
    else:
        value = result.column.at(row)
        stated = value if result.sign > 0 else _negative(value)
        deviation = _absolute(stated, result.column, found, nominal, place)
    bearer = found.uncertainty or _bearer(found, result)
    expanded, k = _uncertainty(bearer, found, row, place)
    return Stated(
        nominal,
        deviation,
        _absolute(expanded, bearer, found, nominal, place).copy_abs(),
        k,
        None if found.hertz is None else found.hertz.at(row),
        None if found.range is None else found.range.at(row),
    )


def _bearer(found: Roles, result: _Result) -> Column:
    """Return the column whose U is that of the deviation: the result's, or another's."""
    for column in (result.column, found.error, found.deviation, found.measured, found.reference):
        if column is not None and column.expanded:
            return column
    return result.column


def _uncertainty(bearer: Column, found: Roles, row: int, place: str) -> tuple[Decimal, Decimal]:
    if bearer is found.uncertainty:
        expanded = bearer.at(row)
    elif bearer.expanded:
        expanded = one_of(bearer.expanded, row)
    else:
        raise BadInput(f"{place}: no uncertainty is stated. {HELP}")
    if found.factor is not None:
        return expanded, found.factor
    if bearer.factors:
        return expanded, one_of(bearer.factors, row)
    raise BadInput(f"{place}: the coverage factor of U is not stated. {HELP} (k = …)")


def _celsius(column: Column, row: int, place: str) -> Decimal:
    """Return a value; thermodynamic temperatures in °C."""
    value = column.at(row)
    return total((value, ZERO_KELVIN), place) if column.symbol == "K" else value


def _absolute(
    value: Decimal, column: Column, found: Roles, nominal: Decimal, place: str
) -> Decimal:
    """Return a difference in the unit of the points; a ratio is one of the nominal value."""
    wanted = unit_of(found)
    if column.symbol in RATIOS and column.symbol != wanted:
        return scaled(product(value, nominal.copy_abs(), place), RATIOS[column.symbol])
    _same_unit(column, wanted, place)
    return value


def _negative(value: Decimal) -> Decimal:
    """Return -value with all its digits: the operator would round to a context."""
    return value.copy_negate() if value else value


def _same_unit(column: Column, wanted: str, place: str) -> None:
    if column.symbol != wanted and {column.symbol, wanted} != {"K", "°C"}:
        raise BadInput(f"{place}: {column.symbol} and {wanted} do not go together. {HELP}")
