"""How the share of instruments in tolerance falls with the time since calibration.

The ten models of NCSLI RP-1, appendix D (names and forms from memory of that appendix).
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any


class ReliabilityModel(Enum):
    """How reliability falls with time; parameters are positive (RP-1, appendix D, from memory).

    A parameter that multiplies time has its inverse unit; b of the warranty model is a time.
    """

    EXPONENTIAL = "exp(-at)"
    WEIBULL = "exp(-(at)^b)"
    MIXED_EXPONENTIAL = "(1+at)^-b"
    RANDOM_WALK = "2Phi(1/sqrt(a+bt))-1"
    RESTRICTED_WALK = "2Phi(1/sqrt(a+b(1-exp(-ct))))-1"
    MODIFIED_GAMMA = "exp(-at) sum_0^3 (at)^j/j!"
    MORTALITY_DRIFT = "exp(-(at+bt^2))"
    WARRANTY = "1/(1+exp(a(t-b)))"
    DRIFT = "Phi(a+ct)+Phi(b-ct)-1"
    LOGNORMAL = "1-Phi(ln(at)/b)"

    @property
    def powers_of_time(self) -> tuple[int, ...]:
        """The power of time in the unit of each parameter, e.g. -1 for a rate."""
        return _MODELS[self][1]

    def at(self, parameters: Sequence[float], time: Any) -> Any:
        """Return the reliability at `time`, a number from 0 up or an array."""
        return _MODELS[self][0](time, *parameters)


def _phi(z: Any) -> Any:
    from scipy.special import ndtr

    return ndtr(z)


def _two_sided(variance: Any) -> Any:
    import numpy as np

    return 2.0 * _phi(1.0 / np.sqrt(variance)) - 1.0


def _exp(exponent: Any) -> Any:
    import numpy as np

    return np.exp(exponent)


def _mixed(t: Any, a: float, b: float) -> Any:
    import numpy as np

    # 1 + at would round away what tells b·t apart where a is small and b large.
    return np.exp(-b * np.log1p(a * t))


def _restricted(t: Any, a: float, b: float, c: float) -> Any:
    import numpy as np

    # 1 - exp(-ct) would lose its digits likewise.
    return _two_sided(a - b * np.expm1(-c * t))


def _gamma(t: Any, a: float) -> Any:
    x = a * t
    return _exp(-x) * (1.0 + x + x**2 / 2.0 + x**3 / 6.0)


def _warranty(t: Any, a: float, b: float) -> Any:
    from scipy.special import expit

    return expit(-a * (t - b))


def _lognormal(t: Any, a: float, b: float) -> Any:
    import numpy as np

    with np.errstate(divide="ignore"):  # ln 0 is -∞, and the reliability then 1
        return _phi(-np.log(a * t) / b)


_MODELS: dict[ReliabilityModel, tuple[Callable[..., Any], tuple[int, ...]]] = {
    ReliabilityModel.EXPONENTIAL: (lambda t, a: _exp(-a * t), (-1,)),
    ReliabilityModel.WEIBULL: (lambda t, a, b: _exp(-((a * t) ** b)), (-1, 0)),
    ReliabilityModel.MIXED_EXPONENTIAL: (_mixed, (-1, 0)),
    ReliabilityModel.RANDOM_WALK: (lambda t, a, b: _two_sided(a + b * t), (0, -1)),
    ReliabilityModel.RESTRICTED_WALK: (
        _restricted,
        (0, 0, -1),
    ),
    ReliabilityModel.MODIFIED_GAMMA: (_gamma, (-1,)),
    ReliabilityModel.MORTALITY_DRIFT: (lambda t, a, b: _exp(-(a * t + b * t**2)), (-1, -2)),
    ReliabilityModel.WARRANTY: (_warranty, (-1, 1)),
    ReliabilityModel.DRIFT: (
        lambda t, a, b, c: _phi(a + c * t) + _phi(b - c * t) - 1.0,
        (0, 0, -1),
    ),
    ReliabilityModel.LOGNORMAL: (_lognormal, (-1, 0)),
}
