"""Raw readings of a budget file: columns, and quantities computed from them row by row.

A model names the mean of a column as `mean(F)`. The keys of `series` are quantities computed from
columns and constants, one value a row; rows were read together, so that the means of these series
are correlated (GUM 5.2.3), as the count rates of GUM H.4 are; so is the mean of a column that a
series is computed from. Means of columns that no series uses are taken as independent.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station.metrology.correlation import INDEPENDENT, Correlations
from station.metrology.errors import BudgetError
from station.metrology.expression import parse
from station.metrology.inputs import Input, readings
from station.metrology.type_a import simultaneous_readings

_MEAN = re.compile(r"\bmean\(\s*(\w+)\s*\)")


@dataclass(frozen=True, slots=True)
class Means:
    """What a model takes from readings.

    Attributes:
        model: its text, where the name of the series stands for the mean of it.
        inputs: the means.
        correlations: of those that come from the same rows.
    """

    model: str
    inputs: tuple[Input, ...]
    correlations: Correlations


def means(
    model: str,
    columns: Mapping[str, Any],
    series: Mapping[str, str],
    constants: Mapping[str, float],
) -> Means:
    """Return the means that `model` takes.

    Args:
        model: text, with `mean(NAME)` for the mean of a column or series.
        columns: name → readings; other entries of the file's raw data are not looked at.
        series: name → expression of columns and constants.
        constants: name → value.

    Raises:
        BudgetError: says which name is not there, or what is wrong with a column or expression.
    """
    names = list(dict.fromkeys(_MEAN.findall(model)))
    unused = series.keys() - set(names)
    if unused:
        raise BudgetError(f"series {', '.join(sorted(unused))}: the model takes no mean of it")
    computed = {
        name: _computed(name, series[name], columns, constants) for name in names if name in series
    }
    taken = {name: _column(name, columns) for name in names if name not in series}
    # A column that a series is computed from was read in the same rows as the series.
    shared = {name for name in taken for text in series.values() if name in _words(text)}
    plain = [
        readings(name, column, source="readings of the file")
        for name, column in taken.items()
        if name not in shared
    ]
    together, correlations = simultaneous_readings(
        computed | {name: taken[name] for name in names if name in shared},
        source="row by row from the file",
    )
    # As many characters, so that a column named in a message is that of the file.
    text = _MEAN.sub(lambda found: f"({found[1]})".rjust(len(found[0])), model)
    inputs = sorted((*plain, *together), key=lambda each: names.index(each.name))
    return Means(text, tuple(inputs), correlations if computed else INDEPENDENT)


def _words(text: str) -> list[str]:
    """Return the names in an expression, each once."""
    return list(dict.fromkeys(re.findall(r"[^\W\d]\w*", text)))


def _column(name: str, columns: Mapping[str, Any]) -> list[float]:
    found = columns.get(name)
    if not isinstance(found, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        for value in found
    ):
        raise BudgetError(f"mean({name}): raw_data has no list of numbers {name!r}")
    return [float(value) for value in found]


def _computed(
    name: str, text: str, columns: Mapping[str, Any], constants: Mapping[str, float]
) -> Sequence[float]:
    """Return the values of a series, one a row."""
    used = [word for word in _words(text) if word in columns]
    rows = {word: _column(word, columns) for word in used}
    lengths = {word: len(row) for word, row in rows.items()}
    if not rows or len(set(lengths.values())) > 1:
        raise BudgetError(f"series {name!r}: it needs columns of one length; it has {lengths}")
    try:
        model = parse(text, [*used, *constants])
        return [float(model(*row, *constants.values())) for row in zip(*rows.values(), strict=True)]
    except BudgetError as error:
        raise BudgetError(f"series {name!r}: {error}") from error
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BudgetError(f"series {name!r} cannot be computed: {error}") from error
