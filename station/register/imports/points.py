"""A table of somebody's certificate as the points of ours: nominal, deviation, U, k.

`deviation` is actual minus nominal, for a source, an indicating instrument and a material measure
alike: the negative of an error of indication (JCGM 200:2012, 4.20: indication minus reference),
or a correction, or reference minus indication, or the value found minus the nominal one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from station.errors import BadInput, Phrase
from station.register.imports.columns import Column, Columns, one_of
from station.register.imports.figures import RATIOS, Place, product, scaled, total
from station.register.imports.mapping import Roles

ZERO_KELVIN = Decimal("-273.15")

LARGEST_K = 5
"""No coverage factor for 95 % is larger with three or more degrees of freedom."""

HELP = Phrase("Say which column is what in a mapping: `station equipment import --help`.")


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
    place = Phrase("{table}, row {row}", table=table.place, row=row + 1)
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
    bearer = found.uncertainty or _bearer(found, result, place)
    expanded, k = _uncertainty(bearer, found, row, place)
    if expanded < 0:
        raise BadInput(
            "{place}: U = {expanded}. An uncertainty is not negative.",
            place=place,
            expanded=expanded,
        )
    if found.hertz is not None and found.hertz.symbol != "Hz":
        raise BadInput(
            "{place}: a frequency in {unit}. {help}",
            place=place,
            unit=found.hertz.symbol,
            help=HELP,
        )
    return Stated(
        nominal,
        deviation,
        _absolute(expanded, bearer, found, nominal, place),
        k,
        None if found.hertz is None else found.hertz.at(row),
        None if found.range is None else found.range.at(row),
    )


def _bearer(found: Roles, result: _Result, place: Place) -> Column:
    """Return the column whose U is that of the deviation: the result's, or another's.

    Raises:
        BadInput: of a difference, both columns state one; how they go together is not said.
    """
    error = found.error or found.deviation
    both = result.minus if error is None else found.measured
    other = result.column if error is None else found.reference
    if not (error and error.expanded) and both and other and both.expanded and other.expanded:
        raise BadInput(
            "{place}: two columns state an uncertainty, and none is that of their "
            "difference. Name the column that has it: U = … {help}",
            place=place,
            help=HELP,
        )
    for column in (result.column, error, found.measured, found.reference, found.nominal):
        if column is not None and column.expanded:
            return column
    return result.column


def _uncertainty(bearer: Column, found: Roles, row: int, place: Place) -> tuple[Decimal, Decimal]:
    if bearer is found.uncertainty and not bearer.expanded:
        expanded = bearer.at(row)
    elif bearer.expanded:
        expanded = one_of(bearer.expanded, row)
    else:
        raise BadInput("{place}: no uncertainty is stated. {help}", place=place, help=HELP)
    if found.factor is not None:
        return expanded, found.factor
    if bearer.factors:
        return expanded, one_of(bearer.factors, row)
    raise BadInput(
        "{place}: the coverage factor of U is not stated. {help} (k = …)", place=place, help=HELP
    )


def _celsius(column: Column, row: int, place: Place) -> Decimal:
    """Return a value; thermodynamic temperatures in °C."""
    value = column.at(row)
    return total((value, ZERO_KELVIN), place) if column.symbol == "K" else value


def _absolute(
    value: Decimal, column: Column, found: Roles, nominal: Decimal, place: Place
) -> Decimal:
    """Return a difference in the unit of the points; a ratio is one of the nominal value."""
    wanted = unit_of(found)
    if column.symbol in RATIOS and column.symbol != wanted:
        if wanted == "°C":
            raise BadInput(
                "{place}: {unit} of a temperature says nothing. {help}",
                place=place,
                unit=column.symbol,
                help=HELP,
            )
        return scaled(product(value, nominal.copy_abs(), place), RATIOS[column.symbol])
    _same_unit(column, wanted, place)
    return value


def doubts(table: Columns, found: Roles, *, is_said: bool) -> Iterator[Phrase]:
    """Yield what a person must look at: whether the sign, U and k are what they seem to be.

    Args:
        table: with results.
        found: which column is what.
        is_said: whether a person said in a mapping what the result is.
    """
    result = _result(found)
    assert result is not None
    if result.column is found.measured and not is_said:
        yield Phrase(
            "{place}: nothing says whether {column!r} was found of the item or indicated by "
            "it; it is taken as found. If it is an indication, the sign of every deviation "
            "is wrong: say actual = …, or nominal = … in a mapping.",
            place=table.place,
            column=_name(found.measured),
        )
    stated = points(table, found)
    for row, point in enumerate(stated):
        if found.measured and found.reference and result.minus is None:
            yield from _contradiction(table, found, row, point)
    if any(point.U == 0 for point in stated):
        yield Phrase("{place}: U = 0 is stated.", place=table.place)
    if any(not 1 <= point.k <= LARGEST_K for point in stated):
        yield Phrase(
            "{place}: k = {k} is stated.", place=table.place, k=max(point.k for point in stated)
        )


def _contradiction(table: Columns, found: Roles, row: int, point: Stated) -> Iterator[Phrase]:
    """Tell where the error is not what indication and reference value make it."""
    assert found.measured is not None
    assert found.reference is not None
    columns = (found.measured, found.reference, found.error or found.deviation or found.measured)
    place = Phrase("{table}, row {row}", table=table.place, row=row + 1)
    pair = (_celsius(found.reference, row, place), _negative(_celsius(found.measured, row, place)))
    made = total(pair, place)
    # Each may be rounded by half of its last digit, the error in its own unit.
    last = [Decimal(1).scaleb(int(each.at(row).as_tuple().exponent)) for each in columns]
    if abs(made - point.deviation) > max(total(last, place), point.U):
        yield Phrase(
            "{place}: it states a deviation of {deviation}, its own reference value and "
            "indication make {made}.",
            place=place,
            deviation=point.deviation,
            made=made,
        )


def _name(column: Column) -> str:
    return (column.names or tuple(column.kinds) or ("without a name",))[-1]


def _negative(value: Decimal) -> Decimal:
    """Return -value with all its digits: the operator would round to a context."""
    return value.copy_negate() if value else value


def _same_unit(column: Column, wanted: str, place: Place) -> None:
    if column.symbol != wanted and {column.symbol, wanted} != {"K", "°C"}:
        raise BadInput(
            "{place}: {unit} and {wanted} do not go together. {help}",
            place=place,
            unit=column.symbol,
            wanted=wanted,
            help=HELP,
        )
