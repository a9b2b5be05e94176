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
`readings`. `dof` is absent or null when infinite. `coverage` is a probability or `{"k": 2}`. Means
of the columns of `raw_data` are written `mean(F)` in the model; see `budget_series` for `series`.
Numbers are in the input's own `unit`, which is printed and not converted: the model must be
written for these units.
"""

import difflib
import json
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from station.metrology import inputs as quantities
from station.metrology.budget_series import means
from station.metrology.coverage import Coverage
from station.metrology.errors import BudgetError
from station.metrology.expression import parse
from station.metrology.inputs import Distribution, Input
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
        if self.readings is not None:
            return quantities.readings(name, self.readings, source=source)
        dof = math.inf if self.dof is None else self.dof
        if self.distribution == Distribution.INEXACT_RECTANGULAR.value:
            return self._inexact(name, source)
        if self.limit_doubt is not None:
            raise BudgetError(f"input {name!r}: limit_doubt belongs to inexact rectangular limits")
        if self.distribution in BOUNDED:
            return self._bounded(name, dof, source)
        return self._normal(name, dof, source)

    def _constant(self, name: str, source: str) -> Input:
        if self.std_uncertainty or self.expanded_uncertainty or self.half_width:
            raise BudgetError(f"input {name!r}: a constant has no uncertainty; name a distribution")
        return quantities.constant(name, self.value, source=source)

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
            if self.std_uncertainty is None:
                raise BudgetError(
                    f"input {name!r}: distribution {self.distribution!r} is not known"
                    f"{_nearest(self.distribution, (*NORMAL_NAMES, 'constant', *BOUNDED))}"
                )
            source = f"{source} (stated as {self.distribution!r}, taken as normal)"
        if self.half_width is not None and self.probability is not None:
            return quantities.confidence_interval(
                name,
                self.value,
                half_width=self.half_width,
                probability=self.probability,
                dof=dof,
                source=source,
            )
        if self.half_width is not None:
            raise BudgetError(
                f"input {name!r}: half_width needs one of {', '.join(BOUNDED)}, or the probability"
                " of a normal confidence interval"
            )
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


BOUNDED: dict[str, Callable[..., Input]] = {
    Distribution.RECTANGULAR.value: quantities.rectangular,
    Distribution.TRIANGULAR.value: quantities.triangular,
    Distribution.TRAPEZOIDAL.value: quantities.trapezoidal,
    Distribution.ARCSINE.value: quantities.arcsine,
}


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
    try:
        json.loads(text, object_pairs_hook=_without_duplicates)
        entry = BudgetFile.model_validate_json(text)
    except json.JSONDecodeError as error:
        raise BudgetError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise BudgetError("line 1: nested too deeply to be a budget") from error
    except ValidationError as error:
        raise BudgetError(_explanation(text, error)) from error
    return entry.to_budget(), entry.to_coverage()


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
    message = f"line {_line(text, path)}: {where}: {first['msg']}"
    if first["type"] == "extra_forbidden":
        known = InputEntry.model_fields if path[0] == "inputs" else BudgetFile.model_fields
        message = f"line {_line(text, path)}: unknown key {where}{_nearest(str(path[-1]), known)}"
    others = error.error_count() - 1
    return f"{message} ({others} more)" if others else message


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"


def _line(text: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) of the deepest part of `path` that the JSON `text` has."""
    position = _start(text, 0)
    for step in path:
        found = _child(text, position, step)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _start(text: str, position: int) -> int:
    """Return the position of the next character that separates nothing."""
    while position < len(text) and text[position] in " \t\r\n,:":
        position += 1
    return position


def _child(text: str, position: int, step: str | int) -> int | None:
    """Return where the value of key or index `step` begins in the container at `position`."""
    decoder = json.JSONDecoder()
    closing = {"{": "}", "[": "]"}.get(text[position : position + 1])
    if closing is None:
        return None
    position, count = _start(text, position + 1), 0
    while text[position] != closing:
        key: object = count
        if closing == "}":
            key, position = decoder.raw_decode(text, position)
            position = _start(text, position)
        if key == step:
            return position
        _, position = decoder.raw_decode(text, position)
        position, count = _start(text, position), count + 1
    return None
