"""The text of a model as a function, by a list of what is allowed.

Nothing of the text is run except arithmetic, names, and the functions named here.
"""

import ast
import math
import unicodedata
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from station.metrology import functions
from station.metrology.errors import BudgetError

FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        functions.sqrt,
        functions.exp,
        functions.log,
        functions.log10,
        functions.sin,
        functions.cos,
        functions.tan,
        functions.asin,
        functions.acos,
        functions.atan,
        functions.atan2,
    )
} | {"abs": functions.absolute}
CONSTANTS = {"pi": math.pi}

LONGEST = 4000
"""Characters; a longer text is no measurement equation, and nesting has a limit in the parser."""

LONGEST_EXCERPT = 150
"""Characters of a model that a message repeats."""

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub)


def parse(text: str, names: Sequence[str]) -> Callable[..., Any]:
    """Return the model that `text` states, with arguments `names`, for floats and arrays.

    Args:
        text: e.g. `"lS + d0 - lS*(dalpha*theta)"`; `**` is power, `log` the natural logarithm,
            angles are in radians.
        names: of the inputs; they become the arguments, in this order.

    Raises:
        BudgetError: names the column (from 1) and what is not understood there.
    """
    names = [unicodedata.normalize("NFKC", name) for name in names]
    taken = sorted(set(names) & (FUNCTIONS.keys() | CONSTANTS.keys()))
    if taken:
        raise BudgetError(f"model: {', '.join(taken)} is a function here; rename the input")
    try:
        code = _compiled(_tree(text).body, names, text)
    except RecursionError as error:
        raise BudgetError(
            f"model: nested too deeply, or too many terms in a row: {_excerpt(text)}; split it into"
            " several budgets"
        ) from error
    scope = {"__builtins__": {}, **FUNCTIONS, **CONSTANTS}
    model: Callable[..., Any] = eval(code, scope)  # every node of it was allowed by _check
    return model


def _compiled(tree: ast.expr, names: list[str], text: str) -> CodeType:
    _check(tree, frozenset(names), text)
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    body = ast.Expression(ast.Lambda(arguments, _Floats().visit(tree)))
    return compile(ast.fix_missing_locations(body), "<model>", "eval")


def _tree(text: str) -> ast.Expression:
    if len(text) > LONGEST:
        raise BudgetError(f"model: {len(text)} characters; at most {LONGEST} are read")
    try:
        return ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None) or 1
        raise BudgetError(f"model, column {column}: not an expression: {_excerpt(text)}") from error


def _check(node: ast.expr, names: frozenset[str], text: str) -> None:
    """Refuse everything that is not on the list."""
    match node:
        case ast.BinOp(left, operator, right) if isinstance(operator, _OPERATORS):
            _check(left, names, text)
            _check(right, names, text)
        case ast.UnaryOp(operator, operand) if isinstance(operator, _OPERATORS):
            _check(operand, names, text)
        case ast.Constant(int() | float()) if not isinstance(node.value, bool):
            pass
        case ast.Name(name) if name in names or name in CONSTANTS:
            pass
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            expected = 2 if name == "atan2" else 1
            if len(arguments) != expected:
                raise _refusal(node, text, f"{name} takes {expected} argument(s)")
            for argument in arguments:
                _check(argument, names, text)
        case ast.BinOp(op=ast.BitXor()):
            raise _refusal(node, text, "write a power as **")
        case ast.Name(name):
            inputs = ", ".join(sorted(names)) or "none"
            raise _refusal(node, text, f"{name!r} is not an input; inputs are {inputs}")
        case ast.Call(ast.Name(name), _, []) if name not in names:
            known = ", ".join(FUNCTIONS)
            raise _refusal(node, text, f"{name!r} is not a function here; there are {known}")
        case _:
            allowed = f"numbers, inputs, + - * / **, parentheses, {', '.join(FUNCTIONS)}, pi"
            found = _excerpt(ast.get_source_segment(text.strip(), node) or "")
            raise _refusal(node, text, f"{found} is not understood; only {allowed} are")


def _refusal(node: ast.expr, text: str, why: str) -> BudgetError:
    # ast counts UTF-8 bytes; a person counts characters.
    line = text.strip().encode().splitlines()[node.lineno - 1]
    column = len(line[: node.col_offset].decode()) + 1
    return BudgetError(f"model, column {column}: {why}")


def _excerpt(text: str) -> str:
    """Quote a text; of a long one its beginning."""
    return repr(text) if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]!r} …"


class _Floats(ast.NodeTransformer):
    """Turn whole numbers into floats: 9**9**9 then overflows at once instead of never ending."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(float(str(node.value))), node)
