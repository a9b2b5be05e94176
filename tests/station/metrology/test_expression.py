import math

import numpy as np
import pytest

from station.metrology.errors import BudgetError
from station.metrology.expression import FUNCTIONS, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b*2 - -a/b", 2.0 + 6.0 + 2.0 / 3.0),
        ("(a + b)**2", 25.0),
        ("+a - 1e-3", 1.999),
        ("sqrt(a) + exp(b) + log(a) + log10(b)", None),
        ("sin(a) + cos(b) + tan(a) + atan(b) + atan2(a, b)", None),
        ("asin(a/10) + acos(b/10) + abs(-a) + pi", None),
    ],
)
def test_floats_and_arrays_agree(text, expected):
    model = parse(text, ["a", "b"])
    value = model(2.0, 3.0)
    if expected is not None:
        assert value == pytest.approx(expected, rel=1e-15)
    array = model(np.array([2.0, 4.0]), np.array([3.0, 5.0]))
    assert array == pytest.approx([value, model(4.0, 5.0)], rel=1e-14)


def test_the_functions_are_those_of_math():
    scope = {name: getattr(math, name, abs) for name in FUNCTIONS}
    for name, function in FUNCTIONS.items():
        arguments = (0.3, 0.7) if name == "atan2" else (0.3,)
        assert function(*arguments) == scope[name](*arguments)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a + c", "column 5: 'c' is not an input"),
        ("a ^ 2", r"column 1: write a power as \*\*"),
        ("a + __import__('os')", "column 5: '__import__' is not a function here; there are sqrt"),
        ("a + sinh(b)", "column 5: 'sinh' is not a function"),
        ("a.real", "column 1: 'a.real' is not understood; only"),
        ("a(2)", r"'a\(2\)' is not understood"),
        ("a[0]", r"column 1: 'a\[0\]' is not understood; only"),
        ("(lambda: a)()", "only"),
        ("[a for a in b]", "only"),
        ("a if b else a", "only"),
        ("a < b", "only"),
        ("a // b", "only"),
        ("'text'", "only"),
        ("True", "only"),
        ("1j*a", "only"),
        ("exp(a, b)", "takes 1"),
        ("atan2(a)", "takes 2"),
        ("exp(x=a)", "only"),
        ("exp", "not an input"),
        ("a +", "column"),
        ("a; b", "not an expression"),
        ("", "not an expression"),
        ("(" * 3000 + "a" + ")" * 900, "not an expression"),
        ("a" * 5000, "at most"),
        ("a" + " + a" * 990, "too many terms in a row"),
        ("(" * 10_000 + "a" + ")" * 10_000, "20001 characters"),
    ],
)
def test_everything_else_is_refused(text, words):
    with pytest.raises(BudgetError, match=words):
        parse(text, ["a", "b"])


def test_a_long_model_is_quoted_in_part():
    with pytest.raises(BudgetError) as refused:
        parse("a + " * 500 + "= a", ["a"])
    assert len(str(refused.value)) < 250


def test_a_name_that_is_a_function_is_refused():
    with pytest.raises(BudgetError, match="rename"):
        parse("exp + a", ["exp", "a"])


def test_a_tower_of_powers_overflows_at_once():
    with pytest.raises(OverflowError):
        parse("9**9**9**9 + a", ["a"])(1.0)


def test_the_column_counts_characters():
    with pytest.raises(BudgetError, match="column 5"):
        parse("µ + β", ["µ"])
    assert parse("µ + 1", ["µ"])(1.0) == 2.0
