"""Functions for models: the same name works on a float and on an array of Monte Carlo draws.

A model for `Budget` uses Python's operators and these, never `math`, which knows no arrays. On a
complex number they are continued analytically, which gives exact sensitivities (`derivatives`).
"""

import cmath
import math
from collections.abc import Callable
from typing import Any


def _everywhere(real: Callable[[float], float], name: str, analytic: Any) -> Callable[[Any], Any]:
    """Return a function: `real` on a number, numpy's `name` on arrays, `analytic` on a complex."""

    def function(x: Any, /) -> Any:
        if isinstance(x, float | int):
            return real(x)
        if isinstance(x, complex):
            return analytic(x)
        import numpy as np

        return getattr(np, name)(x)

    function.__name__ = function.__qualname__ = real.__name__
    function.__doc__ = f"Evaluate {real.__name__}; angles in radians (rad)."
    return function


sqrt = _everywhere(math.sqrt, "sqrt", cmath.sqrt)
exp = _everywhere(math.exp, "exp", cmath.exp)
log = _everywhere(math.log, "log", cmath.log)
log10 = _everywhere(math.log10, "log10", cmath.log10)
sin = _everywhere(math.sin, "sin", cmath.sin)
cos = _everywhere(math.cos, "cos", cmath.cos)
tan = _everywhere(math.tan, "tan", cmath.tan)
asin = _everywhere(math.asin, "arcsin", cmath.asin)
acos = _everywhere(math.acos, "arccos", cmath.acos)
atan = _everywhere(math.atan, "arctan", cmath.atan)


def atan2(y: Any, x: Any, /) -> Any:
    """Evaluate the angle of the point (x, y), in radians (rad)."""
    if isinstance(y, float | int) and isinstance(x, float | int):
        return math.atan2(y, x)
    if isinstance(y, complex | float | int) and isinstance(x, complex | float | int):
        # Continued about the real point: d atan2 = (x·dy - y·dx)/(x² + y²).
        turn = (x.real * y.imag - y.real * x.imag) / (x.real**2 + y.real**2)
        return complex(math.atan2(y.real, x.real), turn)
    import numpy as np

    return np.arctan2(y, x)


def absolute(x: Any, /) -> Any:
    """Evaluate |x|; the built-in `abs` has no slope for a complex step to find."""
    return math.copysign(1.0, x.real) * x if isinstance(x, complex) else abs(x)
