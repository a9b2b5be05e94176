"""Correlated inputs: their matrix, and the groups that were observed together."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from station.metrology.errors import BudgetError
from station.metrology.inputs import Input

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

Correlations = Mapping[tuple[str, str], float]
"""(name, name) → correlation coefficient; pairs that are not named are independent."""

INDEPENDENT: Correlations = MappingProxyType({})


def matrix(inputs: tuple[Input, ...], correlations: Correlations) -> "NDArray[float64]":
    """Return the correlation coefficients, shape `(input, input)`, in the order of `inputs`.

    Raises:
        BudgetError: an unknown name, a coefficient outside -1 … 1, a pair stated twice, or
            coefficients that contradict each other (not positive semidefinite).
    """
    import numpy as np

    index = {quantity.name: i for i, quantity in enumerate(inputs)}
    coefficients = np.eye(len(index))
    for (one, other), coefficient in correlations.items():
        pair = f"correlation of {one!r} and {other!r}"
        if one not in index or other not in index or one == other:
            raise BudgetError(f"{pair}: name two different inputs out of {', '.join(index)}")
        if not -1.0 <= coefficient <= 1.0:
            raise BudgetError(f"{pair} is {coefficient}; it must lie in -1 … 1")
        if (other, one) in correlations:
            raise BudgetError(f"{pair} is stated twice; keep one")
        i, j = index[one], index[other]
        coefficients[i, j] = coefficients[j, i] = coefficient
    if np.linalg.eigvalsh(coefficients)[0] < -1e-12 * len(index):
        stated = ", ".join(f"{one} and {other} {r:g}" for (one, other), r in correlations.items())
        raise BudgetError(
            f"the correlations contradict each other: {stated} (their matrix is not positive"
            " semidefinite); check the coefficients together"
        )
    return coefficients


def groups(inputs: tuple[Input, ...], correlations: Correlations) -> list[list[Input]]:
    """Return the inputs in groups: together when a chain of pairs connects them.

    A group with finite degrees of freedom stands for quantities observed simultaneously (GUM
    5.2.3): any linear combination of their means is again a mean, with the same ν.

    Raises:
        BudgetError: the inputs of a group have different degrees of freedom: neither effective
            ones (GUM G.4.1) nor a multivariate t (JCGM 102:2011, 5.3.2) are defined for them.
    """
    group_of = {quantity.name: [quantity] for quantity in inputs}
    for one, other in correlations:
        if group_of[one] is not group_of[other]:
            joined = group_of[one] + group_of[other]
            group_of.update(dict.fromkeys([quantity.name for quantity in joined], joined))
    found = list({id(group): group for group in group_of.values()}.values())
    for group in found:
        if len({quantity.dof for quantity in group}) > 1:
            names = ", ".join(f"{quantity.name} (ν = {_text(quantity.dof)})" for quantity in group)
            raise BudgetError(
                f"correlated inputs with different degrees of freedom: {names}: neither the"
                " effective ones (GUM G.4.1) nor a joint distribution (JCGM 102:2011, 5.3.2) are"
                " defined; give them one ν, or bring the common cause in as one more input (GUM"
                " F.1.2.4)"
            )
    return found


def _text(dof: float) -> str:
    return "∞" if math.isinf(dof) else f"{dof:g}"


def covariance(correlations: Correlations, terms: Mapping[str, float]) -> float:
    """Return 2·Σ r·(cᵢuᵢ)(cⱼuⱼ) over the pairs, the second sum of GUM 5.2.2.

    Args:
        correlations: pairs that do not both occur in `terms` are left out.
        terms: name → cᵢ·uᵢ, with its sign.
    """
    return 2.0 * math.fsum(
        coefficient * terms[one] * terms[other]
        for (one, other), coefficient in correlations.items()
        if one in terms and other in terms
    )


def from_shared_sources(
    parts: Mapping[str, Mapping[str, float]],
) -> dict[tuple[str, str], float]:
    """Return the correlations that common sources give to inputs (GUM F.1.2.3).

    u(xᵢ, xⱼ) = Σ (∂xᵢ/∂q)(∂xⱼ/∂q)·u(q)² over the sources q of both.

    Args:
        parts: input → source → ∂x/∂q·u(q), with its sign, in the unit of the input. Name a part
            that no other input has by a source of its own, so that each input's parts make up its
            whole uncertainty.

    Raises:
        BudgetError: a part is not finite.
    """
    widths = {name: math.hypot(*own.values()) for name, own in parts.items()}
    if not all(map(math.isfinite, widths.values())):
        raise BudgetError(f"the parts of {', '.join(widths)} are not all finite")
    # By powers of two, which are exact: products of parts neither vanish nor overflow.
    scaled = {
        name: {each: math.ldexp(part, -math.frexp(widths[name])[1]) for each, part in own.items()}
        for name, own in parts.items()
    }
    found = {}
    names = list(parts)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            common = parts[one].keys() & parts[other].keys()
            shared = math.fsum(scaled[one][each] * scaled[other][each] for each in common)
            if shared:
                r = shared / (
                    math.hypot(*scaled[one].values()) * math.hypot(*scaled[other].values())
                )
                found[one, other] = max(-1.0, min(1.0, r))
    return found
