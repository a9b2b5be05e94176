"""Functions for models: the same name works on a float and on an array of Monte Carlo draws.

A model for `Budget` uses Python's operators and these, never `math`, which knows no arrays.
"""

import math
from collections.abc import Callable
from typing import Any


def _both(scalar: Callable[..., float], array_name: str) -> Callable[..., Any]:
    """Return a function that uses `scalar` on numbers, and numpy's `array_name` on arrays."""

    def function(*arguments: Any) -> Any:
        if all(isinstance(argument, float | int) for argument in arguments):
            return scalar(*arguments)
        import numpy as np

        return getattr(np, array_name)(*arguments)

    function.__name__ = function.__qualname__ = scalar.__name__
    function.__doc__ = f"Evaluate {scalar.__name__}; angles in radians (rad)."
    return function


sqrt = _both(math.sqrt, "sqrt")
exp = _both(math.exp, "exp")
log = _both(math.log, "log")
log10 = _both(math.log10, "log10")
sin = _both(math.sin, "sin")
cos = _both(math.cos, "cos")
tan = _both(math.tan, "tan")
asin = _both(math.asin, "arcsin")
acos = _both(math.acos, "arccos")
atan = _both(math.atan, "arctan")
atan2 = _both(math.atan2, "arctan2")
