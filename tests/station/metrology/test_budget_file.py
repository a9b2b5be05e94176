import json
import math

import pytest

from station.metrology.budget_file import read_budget
from station.metrology.coverage import Coverage
from station.metrology.errors import BudgetError
from station.metrology.inputs import Distribution

X = {"name": "x", "value": 1.0, "distribution": "normal", "std_uncertainty": 0.1}


def text_of(entry=None, **keys):
    return json.dumps({"model": "2*x", "inputs": [entry or X], **keys}, indent=1)


@pytest.mark.parametrize(
    ("entry", "distribution", "u", "dof"),
    [
        (X, Distribution.NORMAL, 0.1, math.inf),
        ({**X, "dof": 5}, Distribution.NORMAL, 0.1, 5.0),
        ({**X, "distribution": "t", "dof": 5}, Distribution.NORMAL, 0.1, 5.0),
        (
            {"name": "x", "value": 1, "expanded_uncertainty": 3, "k": 3},
            Distribution.NORMAL,
            1.0,
            math.inf,
        ),
        (
            {"name": "x", "distribution": "rectangular", "half_width": 3**0.5, "dof": None},
            Distribution.RECTANGULAR,
            1.0,
            math.inf,
        ),
        (
            {"name": "x", "distribution": "uniform", "half_width": 3**0.5},
            Distribution.RECTANGULAR,
            1.0,
            math.inf,
        ),
        ({**X, "distribution": "arcsine"}, Distribution.ARCSINE, 0.1, math.inf),
        (
            {"name": "x", "distribution": "trapezoidal", "half_width": 1, "top_ratio": 0.5},
            Distribution.TRAPEZOIDAL,
            (1.25 / 6) ** 0.5,
            math.inf,
        ),
        ({"name": "x", "readings": [1, 2, 3]}, Distribution.NORMAL, 3**-0.5, 2.0),
        ({"name": "x", "value": 3, "distribution": "constant"}, Distribution.CONSTANT, 0, math.inf),
    ],
)
def test_each_way_of_stating_an_input(entry, distribution, u, dof):
    budget, coverage = read_budget(text_of(entry))
    (quantity,) = budget.inputs
    assert quantity.distribution is distribution
    assert quantity.standard_uncertainty == pytest.approx(u, rel=1e-12)
    assert quantity.dof == dof
    assert coverage == Coverage(0.9545)


@pytest.mark.parametrize(
    ("entry", "u"),
    [
        ({"name": "x", "value": -4, "relative_uncertainty": 0.01}, 0.04),
        ({"name": "x", "half_width": 1.96, "probability": 0.95}, 1.00002),
        (
            {
                "name": "x",
                "distribution": "inexact rectangular",
                "half_width": 1,
                "limit_doubt": 0.5,
            },
            (1 / 3 + 0.25 / 9) ** 0.5,
        ),
    ],
)
def test_further_ways_of_stating_an_uncertainty(entry, u):
    (quantity,) = read_budget(text_of(entry))[0].inputs
    assert quantity.standard_uncertainty == pytest.approx(u, rel=1e-5)


def series_file(model, **keys):
    return json.dumps(
        {"model": model, "inputs": [{"name": "T", "value": 2, "distribution": "constant"}], **keys}
    )


COLUMNS = {"a": [1, 2, 4], "b": [3, 5, 4], "note": "as read"}


def test_means_of_columns_and_of_what_is_computed_row_by_row():
    budget, _ = read_budget(
        series_file(
            "mean( a ) + mean(r) - mean(q)",
            raw_data=COLUMNS,
            series={"r": "a/b*T", "q": "a + b"},
        )
    )
    assert [each.name for each in budget.inputs] == ["a", "r", "q"]
    assert budget.inputs[0].value == pytest.approx(7 / 3)
    assert budget.inputs[1].value == pytest.approx((1 / 3 + 2 / 5 + 1) * 2 / 3)
    # One record, read together: a too, which both are computed from.
    assert {frozenset(pair) for pair in budget.correlations} == {
        frozenset(pair) for pair in ("aq", "ar", "qr")
    }
    assert budget.evaluate().value == pytest.approx(7 / 3 + 2 * (1 / 3 + 2 / 5 + 1) / 3 - 19 / 3)


def test_a_constant_of_the_model_stays():
    budget, _ = read_budget(series_file("T*mean(r)", raw_data=COLUMNS, series={"r": "a/T"}))
    assert [each.name for each in budget.inputs] == ["T", "r"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (series_file("T*mean(z)", raw_data=COLUMNS), "no list of numbers 'z'"),
        (series_file("T*mean(note)", raw_data=COLUMNS), "no list of numbers 'note'"),
        (series_file("T*mean(a)"), "no list of numbers 'a'"),
        (series_file("T + 1", raw_data=COLUMNS, series={"r": "a"}), "no mean of it"),
        (series_file("T*mean(r)", raw_data=COLUMNS, series={"r": "T"}), "columns of one length"),
        (series_file("T*mean(r)", raw_data=COLUMNS, series={"r": "a/z"}), "'z' is not an input"),
        (series_file("T*mean(r)", raw_data=COLUMNS, series={"r": "a/(b - 3)"}), "computed"),
        (series_file("T*mean(r)", raw_data={"a": [1, 2], "b": [1]}, series={"r": "a*b"}), "length"),
        (series_file("mean(a)", raw_data=COLUMNS), "does not use: T"),
        (series_file("T*mean(a)", raw_data={"a": [1]}), "at least two"),
    ],
)
def test_readings_that_are_not_there_are_refused(text, words):
    with pytest.raises(BudgetError, match=words):
        read_budget(text)


def test_a_distribution_in_free_words_is_taken_as_normal_and_says_so():
    budget, _ = read_budget(text_of({**X, "distribution": "product of two", "note": "handbook"}))
    assert budget.inputs[0].source == "handbook (stated as 'product of two', taken as normal)"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(0.95, Coverage(0.95)), ({"k": 2}, Coverage.fixed(2.0)), (0.9973, Coverage(0.9973))],
)
def test_coverage(stated, expected):
    assert read_budget(text_of(coverage=stated))[1] == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1, column 2"),
        ("[]", "line 1"),
        ('{"model": "x", "model": "x", "inputs": []}', "twice in one object: model"),
        (text_of({**X, "half_widht": 1}), "line 9: unknown key .*half_widht.*'half_width'"),
        (text_of({**X, "limit_doubt": 0.1}), "inexact rectangular"),
        (
            text_of({"name": "x", "distribution": "inexact rectangular", "half_width": 1}),
            "limit_doubt",
        ),
        (
            text_of({"name": "x", "distribution": "rectangular", "relative_uncertainty": 0.1}),
            "half_width",
        ),
        (text_of(covrage=0.95), "unknown key covrage.*'coverage'"),
        (text_of({**X, "value": "each reading"}), "line 6: inputs.0.value"),
        (text_of({**X, "value": float("nan")}), "line 6: inputs.0.value"),
        (text_of({"name": "x", "value": 1}), "exactly one of"),
        (text_of({**X, "half_width": 1}), "exactly one of"),
        (text_of({"name": "x", "expanded_uncertainty": 1}), "coverage factor"),
        (text_of({"name": "x", "half_width": 1}), "half_width needs one of"),
        (text_of({"name": "x", "distribution": "rectanglar", "half_width": 1}), "'rectangular'"),
        (text_of({"name": "x", "distribution": "trapezoidal", "half_width": 1}), "top_ratio"),
        (text_of({**X, "distribution": "rectanglar"}), "'rectangular'"),
        (text_of({**X, "std_uncertainty": -0.1}), "std_uncertainty is -0.1; it must not"),
        (
            text_of({"name": "x", "expanded_uncertainty": -3, "k": 2}),
            "expanded_uncertainty is -3; it must not",
        ),
        (
            text_of({"name": "x", "distribution": "rectangular", "half_width": -2}),
            "half_width is -2; it must not",
        ),
        (text_of({**X, "k": 2}), "k has no use beside std_uncertainty"),
        (text_of({**X, "top_ratio": 0.5, "probability": 0.9}), "probability, top_ratio has no use"),
        (
            text_of({"name": "x", "value": 1, "readings": [1, 2]}),
            "value has no use beside readings",
        ),
        (text_of({"name": "x", "dof": 9, "readings": [1, 2]}), "dof has no use beside readings"),
        (text_of({**X, "name": "two words"}), "one word"),
        (text_of({**X, "name": "lambda"}), "no keyword"),
        (text_of({**X, "name": ""}), "one word"),
        (text_of(coverage="95 %"), 'line 11: coverage: state a probability as 0.95, or {"k": 2}'),
        (text_of({**X, "distribution": "constant"}), "no uncertainty"),
        (
            text_of({"name": "x", "distribution": "constant", "readings": [1, 2]}),
            "constant has no uncertainty, and readings no use",
        ),
        (
            text_of({"name": "x", "distribution": "constant", "relative_uncertainty": 0.1, "k": 2}),
            "k, relative_uncertainty no use",
        ),
        (
            text_of({"name": "x", "distribution": "rectangular", "readings": [1, 2]}),
            "mean of readings is no rectangular quantity",
        ),
        (text_of({**X, "name": "y"}), "'x' is not an input"),
        (text_of(coverage=95), "between 0 and 1"),
        (text_of(correlations=[["x", "y", 0.5]]), "'y'"),
        (text_of(correlations=[["x", "y", 0.5], ["x", "y", 0.5]]), "twice"),
        ("[" * 100_000, "nested"),
    ],
)
def test_an_ill_formed_file_is_refused(text, words):
    with pytest.raises(BudgetError, match=words):
        read_budget(text)


def test_a_column_and_what_is_computed_from_it_are_correlated():
    # a + (b - a) is b, and has its uncertainty.
    shared, _ = read_budget(
        series_file("T*(mean(a) + mean(d))", raw_data=COLUMNS, series={"d": "b - a"})
    )
    alone, _ = read_budget(series_file("T*mean(b)", raw_data=COLUMNS))
    found, expected = shared.evaluate(), alone.evaluate()
    assert found.standard_uncertainty == pytest.approx(expected.standard_uncertainty, rel=1e-12)
    assert found.dof == expected.dof


def test_a_truth_value_is_no_reading():
    with pytest.raises(BudgetError, match="no list of numbers 'a'"):
        read_budget(series_file("T*mean(a)", raw_data={"a": [1, 2, True]}))
