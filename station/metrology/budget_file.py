"""A budget written as JSON: `model`, `inputs`, `correlations`, optional `coverage`.

    {"title": "error of a voltmeter", "unit": "V", "model": "reading - applied",
     "inputs": [{"name": "reading", "value": 10.1, "distribution": "rectangular",
                 "half_width": 0.05, "note": "half a digit"},
                {"name": "applied", "value": 10, "distribution": "normal",
                 "expanded_uncertainty": 0.002, "k": 2, "source": "certificate"}],
     "correlations": [["reading", "applied", 0.0]],
     "coverage": 0.9545}

An input states `value` with `std_uncertainty`, `relative_uncertainty` (a part of the value),
`expanded_uncertainty` and `k`, or `half_width` (with `top_ratio` for a trapezoid, `limit_doubt` for
inexact rectangular limits, `probability` for a normal confidence interval); or it states
`readings`, and then neither value nor dof. A key that nothing uses is an error. `dof` is absent or
null when infinite. `coverage` is a probability or `{"k": 2}`. Means of the columns of `raw_data`
are written `mean(F)` in the model; see `budget_series` for `series`. Numbers are in the input's own
`unit`, which is printed and not converted: the model must be written for these units and give its
value in the `unit` of the file.
"""

import difflib
import json
import keyword
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from station.metrology import inputs as quantities
from station.metrology.budget_series import means
from station.metrology.coverage import Coverage
from station.metrology.errors import BudgetError
from station.metrology.expression import parse
from station.metrology.inputs import Distribution, Input
from station.metrology.json_position import line_of
from station.metrology.uncertainty import Budget

NORMAL_NAMES = ("normal", "t", "gaussian")
UNSTATED = "budget file, source not stated"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class InputEntry(_Frozen):
    """One input quantity as the file states it; see the module for the keys."""

    name: str
    value: float = 0.0
    unit: str = ""
    distribution: str = "normal"
    std_uncertainty: float | None = None
    relative_uncertainty: float | None = None
    expanded_uncertainty: float | None = None
    k: float | None = None
    half_width: float | None = None
    top_ratio: float | None = None
    limit_doubt: float | None = None
    probability: float | None = None
    readings: tuple[float, ...] | None = None
    dof: float | None = None
    source: str = ""
    note: str = ""

    def to_input(self) -> Input:
        """Return the checked input.

        Raises:
            BudgetError: not exactly one way of stating the uncertainty, or an impossible number.
        """
        name = unicodedata.normalize("NFKC", self.name)
        if not name.isidentifier() or keyword.iskeyword(name):
            raise BudgetError(
                f"input {name!r}: the model cannot name it; use one word of letters, digits and _"
                " that begins with a letter and is no keyword of Python"
            )
        source = self.source or self.note or UNSTATED
        ways = {
            "std_uncertainty": self.std_uncertainty,
            "relative_uncertainty": self.relative_uncertainty,
            "expanded_uncertainty": self.expanded_uncertainty,
            "half_width": self.half_width,
            "readings": self.readings,
        }
        stated = [key for key, way in ways.items() if way is not None]
        if self.distribution == Distribution.CONSTANT.value:
            return self._constant(name, source)
        if len(stated) != 1:
            raise BudgetError(
                f"input {name!r}: state its uncertainty by exactly one of {', '.join(ways)};"
                f" found {', '.join(stated) or 'none'}"
            )
        _check_keys(self, name, stated[0])
        if self.readings is not None:
            return self._mean(name, self.readings, source)
        dof = math.inf if self.dof is None else self.dof
        if self.distribution == Distribution.INEXACT_RECTANGULAR.value:
            return self._inexact(name, source)
        if self.limit_doubt is not None:
            raise BudgetError(f"input {name!r}: limit_doubt belongs to inexact rectangular limits")
        if self.distribution in BOUNDED:
            return self._bounded(name, dof, source)
        return self._normal(name, dof, source)

    def _constant(self, name: str, source: str) -> Input:
        known = {"name", "value", "unit", "distribution", "source", "note"}
        useless = [key for key in sorted(self.model_fields_set - known) if getattr(self, key)]
        if useless:
            raise BudgetError(
                f"input {name!r}: a constant has no uncertainty, and {', '.join(useless)} no use;"
                " name a distribution, or remove it"
            )
        return quantities.constant(name, self.value, source=source)

    def _mean(self, name: str, readings: tuple[float, ...], source: str) -> Input:
        if self.distribution not in NORMAL_NAMES:
            raise BudgetError(
                f"input {name!r}: the mean of readings is no {self.distribution} quantity;"
                " remove the distribution, or state half_width in place of readings"
            )
        if len(readings) < 2:
            raise BudgetError(
                f"input {name!r}: {len(readings)} reading(s) have no scatter; take at least two, or"
                " state value, std_uncertainty (a pooled standard deviation over the root of the"
                " number of readings) and dof in place of readings"
            )
        return quantities.readings(name, readings, source=source)

    def _inexact(self, name: str, source: str) -> Input:
        if self.half_width is None or self.limit_doubt is None or self.dof is not None:
            raise BudgetError(
                f"input {name!r}: inexact rectangular limits state half_width and limit_doubt, and"
                " no dof: the doubt is in the numbers"
            )
        return quantities.inexact_rectangular(
            name,
            half_width=self.half_width,
            limit_doubt=self.limit_doubt,
            value=self.value,
            source=source,
        )

    def _normal(self, name: str, dof: float, source: str) -> Input:
        if self.distribution not in NORMAL_NAMES:
            known = (*NORMAL_NAMES, *(each.value for each in Distribution), *BOUNDED)
            mistyped = difflib.get_close_matches(self.distribution, known, n=1)
            if self.std_uncertainty is None or mistyped:
                raise BudgetError(
                    f"input {name!r}: distribution {self.distribution!r} is not known"
                    f"{_nearest(self.distribution, known)}"
                )
            source = f"{source} (stated as {self.distribution!r}, taken as normal)"
        if self.half_width is not None:
            return self._confidence_interval(name, dof, source)
        if self.relative_uncertainty is not None:
            return quantities.relative(
                name,
                self.value,
                relative_uncertainty=self.relative_uncertainty,
                dof=dof,
                source=source,
            )
        if self.std_uncertainty is not None:
            return quantities.normal(
                name, self.value, standard_uncertainty=self.std_uncertainty, dof=dof, source=source
            )
        assert self.expanded_uncertainty is not None  # to_input found one of the four
        if self.k is None:
            raise BudgetError(f"input {name!r}: expanded_uncertainty needs its coverage factor k")
        return quantities.expanded(
            name,
            self.value,
            expanded_uncertainty=self.expanded_uncertainty,
            k=self.k,
            dof=dof,
            source=source,
        )

    def _confidence_interval(self, name: str, dof: float, source: str) -> Input:
        if self.half_width is None or self.probability is None:
            raise BudgetError(
                f"input {name!r}: half_width needs one of {', '.join(BOUNDED)}, or the probability"
                " of a normal confidence interval"
            )
        return quantities.confidence_interval(
            name,
            self.value,
            half_width=self.half_width,
            probability=self.probability,
            dof=dof,
            source=source,
        )

    def _bounded(self, name: str, dof: float, source: str) -> Input:
        if self.expanded_uncertainty is not None or self.relative_uncertainty is not None:
            raise BudgetError(f"input {name!r}: a {self.distribution} input states its half_width")
        ratio = {} if self.top_ratio is None else {"top_ratio": self.top_ratio}
        if self.distribution == Distribution.TRAPEZOIDAL.value and not ratio:
            raise BudgetError(f"input {name!r}: a trapezoid needs top_ratio, top over base")
        build = BOUNDED[self.distribution]
        half_width = self.half_width
        if half_width is None:
            assert self.std_uncertainty is not None  # to_input found one of the four
            unit = build(name, half_width=1.0, source=source, **ratio).standard_uncertainty
            half_width = self.std_uncertainty / unit
        return build(name, half_width=half_width, value=self.value, dof=dof, source=source, **ratio)


def _check_keys(entry: InputEntry, name: str, way: str) -> None:
    """Refuse a negative uncertainty, and keys that the stated `way` has no use for."""
    for key in ("std_uncertainty", "relative_uncertainty", "expanded_uncertainty", "half_width"):
        number = getattr(entry, key)
        if number is not None and number < 0.0:
            raise BudgetError(f"input {name!r}: {key} is {number:g}; it must not be negative")
    useless = [
        key
        for key in entry.model_fields_set & PURPOSES.keys()
        if getattr(entry, key) is not None and not PURPOSES[key](way, entry.distribution)
    ]
    if useless:
        raise BudgetError(
            f"input {name!r}: {', '.join(sorted(useless))} has no use beside {way} of a"
            f" {entry.distribution} input; remove it"
        )


BOUNDED: dict[str, Callable[..., Input]] = {
    Distribution.RECTANGULAR.value: quantities.rectangular,
    "uniform": quantities.rectangular,
    Distribution.TRIANGULAR.value: quantities.triangular,
    Distribution.TRAPEZOIDAL.value: quantities.trapezoidal,
    Distribution.ARCSINE.value: quantities.arcsine,
}


PURPOSES: dict[str, Callable[[str, str], bool]] = {
    "value": lambda way, _: way != "readings",
    "dof": lambda way, _: way != "readings",
    "k": lambda way, _: way == "expanded_uncertainty",
    "top_ratio": lambda _, distribution: distribution == Distribution.TRAPEZOIDAL.value,
    "probability": lambda way, distribution: way == "half_width" and distribution in NORMAL_NAMES,
}
"""Key → whether it has one beside a way of stating u and a distribution."""


class FixedFactor(_Frozen):
    """A coverage factor fixed beforehand."""

    k: float


class BudgetFile(_Frozen):
    """The whole file; keys that only document an example are accepted and not used."""

    model_config = ConfigDict(protected_namespaces=())

    model: str
    inputs: tuple[InputEntry, ...]
    correlations: tuple[tuple[str, str, float], ...] = ()
    coverage: float | FixedFactor = 0.9545
    unit: str = ""
    title: str = "result"
    series: dict[str, str] = {}
    raw_data: dict[str, Any] | None = None
    id: object = None
    category: object = None
    source: object = None
    expected: object = None
    tolerance: object = None
    tolerance_note: object = None
    evidence: object = None
    reproduced: object = None
    not_reproduced_reason: object = None
    recomputed: object = None

    def to_budget(self) -> Budget:
        """Return the budget.

        Raises:
            BudgetError: says which input, pair or column of the model is wrong.
        """
        stated = [entry.to_input() for entry in self.inputs]
        correlations = {(one, other): r for one, other, r in self.correlations}
        if len(correlations) < len(self.correlations):
            raise BudgetError("correlations: a pair is stated twice; keep one")
        constants = {e.name: e.value for e in stated if e.distribution is Distribution.CONSTANT}
        taken = means(self.model, self.raw_data or {}, self.series, constants)
        # What only the computed series need is no input of the measurement equation.
        inputs = [e for e in stated if e.name not in constants or not self._only_in_series(e.name)]
        inputs += taken.inputs
        model = parse(taken.model, list(dict.fromkeys(each.name for each in inputs)))
        unused = [each.name for each in inputs if not _occurs(each.name, taken.model)]
        if unused:
            raise BudgetError(f"the model does not use: {', '.join(unused)}; remove the input")
        return Budget(
            self.title,
            self.unit,
            model,
            *inputs,
            correlations={**taken.correlations, **correlations},
        )

    def _only_in_series(self, name: str) -> bool:
        in_series = any(_occurs(name, text) for text in self.series.values())
        return in_series and not _occurs(name, self.model)

    def units(self) -> dict[str, str]:
        """Return the units that inputs state, by name."""
        return {
            unicodedata.normalize("NFKC", each.name): each.unit for each in self.inputs if each.unit
        }

    def to_coverage(self) -> Coverage:
        """Return what is asked of the expanded uncertainty."""
        if isinstance(self.coverage, FixedFactor):
            return Coverage.fixed(self.coverage.k)
        return Coverage(self.coverage)


def read_budget(text: str) -> tuple[Budget, Coverage]:
    """Return the budget and coverage that JSON `text` states.

    Raises:
        BudgetError: says line, key, what is wrong, and the nearest known key.
    """
    entry = read_file(text)
    return entry.to_budget(), entry.to_coverage()


def read_file(text: str) -> BudgetFile:
    """Return what JSON `text` states, its keys and kinds of values checked.

    Raises:
        BudgetError: says line, key, what is wrong, and the nearest known key.
    """
    try:
        json.loads(text, object_pairs_hook=_without_duplicates)
        return BudgetFile.model_validate_json(text)
    except json.JSONDecodeError as error:
        raise BudgetError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise BudgetError("line 1: nested too deeply to be a budget") from error
    except ValidationError as error:
        raise BudgetError(_explanation(text, error)) from error


def _occurs(name: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", unicodedata.normalize("NFKC", text)))


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise BudgetError(f"key stated twice in one object: {', '.join(twice)}; keep one")
    return dict(pairs)


def _explanation(text: str, error: ValidationError) -> str:
    """Return the first thing that is wrong, with its line."""
    first = error.errors()[0]
    path = first["loc"]
    where = ".".join(map(str, path)) or "the file"
    message = f"line {line_of(path, text)}: {where}: {first['msg']}"
    if first["type"] == "extra_forbidden":
        known = InputEntry.model_fields if path[0] == "inputs" else BudgetFile.model_fields
        message = f"line {line_of(path, text)}: unknown key {where}{_nearest(str(path[-1]), known)}"
    if path[:1] == ("coverage",):
        return f'line {line_of(path, text)}: coverage: state a probability as 0.95, or {{"k": 2}}'
    others = error.error_count() - 1
    return f"{message} ({others} more)" if others else message


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"
