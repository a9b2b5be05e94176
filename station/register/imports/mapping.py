"""What a person says of the tables of somebody's certificate, where the certificate does not.

    [[table]]
    list = "DC voltage"          # its name in any language, or its number: list = "2"
    quantity = "dc-voltage"      # as the station's procedures call it
    nominal = "Setting"          # a column: its name, its refType or its number ("1")
    actual = "Value found"       # or error = …, or deviation = … (actual minus nominal)
    U = "U"                      # a column, where the uncertainty is not with the value
    k = 2                        # where the certificate does not give it as a number
    hertz = "Frequency"
    range = "Range"
    stability = [{ days = 365, ppm = 11.0, floor = 2e-6 }]

    [[equation]]                 # coefficients, each a column of one number with its U
    list = "Coefficients"
    quantity = "temperature"     # quantity to function as in a certificate file
    unit = "Ω"
    argument_unit = "°C"
    gives = "indication"
    low = 0
    high = 400
    function = "callendar"       # or expression = "…"; the document's own formula is not run
    coefficients = { R0 = "R0", A = "A", B = "B" }

What is left out is found by the refTypes. A mapping is written once for each supplier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import Field, model_validator

from station.errors import BadInput
from station.files import parse_toml, read_bytes
from station.metrology.equation import Gives
from station.register.imports.columns import Column, Columns
from station.run.plan import Record


class StatedStability(Record):
    """The stability of all ranges of a table, as in a certificate file."""

    days: int = Field(gt=0)
    ppm: Decimal = Decimal(0)
    floor: Decimal = Decimal(0)


class TableMapping(Record):
    """How one table is to be read."""

    list: str = Field(min_length=1)
    quantity: str | None = None
    nominal: str | None = None
    actual: str | None = None
    error: str | None = None
    deviation: str | None = None
    U: str | None = None
    k: Decimal | None = Field(default=None, gt=0)
    hertz: str | None = None
    range: str | None = None
    stability: tuple[StatedStability, ...] = ()
    skip: bool = False

    @model_validator(mode="after")
    def _one_result(self) -> "TableMapping":
        if sum(each is not None for each in (self.actual, self.error, self.deviation)) > 1:
            raise ValueError("give one of actual, error and deviation")
        return self


class EquationMapping(Record):
    """Which coefficients of a table make which equation; as in a certificate file."""

    list: str = Field(min_length=1)
    quantity: str
    unit: str
    argument_unit: str
    gives: Gives
    low: Decimal
    high: Decimal
    coefficients: dict[str, str] = Field(min_length=1)
    function: str | None = None
    expression: str | None = None
    fit_uncertainty: Decimal = Decimal(0)
    k: Decimal | None = Field(default=None, gt=0)
    stability: tuple[StatedStability, ...] = ()


class MappingFile(Record):
    """The whole file."""

    table: tuple[TableMapping, ...] = ()
    equation: tuple[EquationMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column is what; None where there is none."""

    nominal: Column | None
    measured: Column | None
    reference: Column | None
    error: Column | None
    deviation: Column | None
    uncertainty: Column | None
    factor: Decimal | None
    hertz: Column | None
    range: Column | None


def read_mapping(path: Path | None) -> MappingFile:
    """Return the mapping at `path`; an empty one without a file.

    Raises:
        BadInput: it cannot be read, or is wrong.
    """
    if path is None:
        return MappingFile()
    return parse_toml(read_bytes(path), MappingFile, name=str(path))


def of_table(file: MappingFile, table: Columns, number: int) -> TableMapping | None:
    """Return what is said of a table."""
    wanted = {str(number), *map(str.casefold, table.names)}
    return next((each for each in file.table if each.list.casefold() in wanted), None)


def roles(table: Columns, said: TableMapping | None) -> Roles:
    """Return which column is what, by the mapping first, then by the refTypes.

    Raises:
        BadInput: the mapping names a column that the table does not have.
    """
    said = said or TableMapping(list="-")
    columns = table.columns

    def named(name: str | None, by_type: Column | None = None) -> Column | None:
        return by_type if name is None else named_column(table, name)

    nominal = named(said.nominal, _typed(columns, "basic_nominalValue"))
    measured = _typed(columns, "basic_measuredValue")
    reference = _typed(columns, "basic_referenceValue")
    error = _typed(columns, "basic_measurementError", "basic_measurementError_error")
    deviation = _typed(columns, "basic_measurementError_correction", "basic_correction")
    if any((said.actual, said.error, said.deviation)):
        # The person says what the result is: nothing else is looked for.
        nominal, measured = nominal or measured, None
        reference, error, deviation = map(named, (said.actual, said.error, said.deviation))
    return Roles(
        nominal,
        measured,
        reference,
        error,
        deviation,
        uncertainty=named(said.U, _typed(columns, "basic_uncertainty")),
        factor=said.k,
        hertz=named(said.hertz, _typed(columns, "basic_frequency")),
        range=named(said.range, _typed(columns, "basic_measurementRange")),
    )


def _typed(columns: Sequence[Column], *kinds: str) -> Column | None:
    return next((each for each in columns if not each.kinds.isdisjoint(kinds)), None)


def named_column(table: Columns, name: str) -> Column:
    """Return a column by its name, its refType or its number.

    Raises:
        BadInput: the table has none of that name.
    """
    for number, column in enumerate(table.columns, start=1):
        words = {str(number), *column.kinds, *map(str.casefold, column.names)}
        if name in words or name.casefold() in words:
            return column
    raise BadInput(
        "{place}: no column {name!r}. Columns: {columns}. Correct the mapping.",
        place=table.place,
        name=name,
        columns=table.described(),
    )
