"""Draws from the inputs of a measurement, chunk by chunk, and what models make of them.

JCGM 101:2008, 6.4 and 7.3; JCGM 102:2011, 5.3 for inputs that are drawn together. Every chunk has
its own stream for every input, so that the result depends on seed and chunk alone and not on the
number of threads that share the work.
"""

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from station.metrology import correlation
from station.metrology.correlation import Correlations
from station.metrology.errors import BudgetError
from station.metrology.inputs import Distribution, Input

if TYPE_CHECKING:
    from numpy import float64
    from numpy.random import Generator as Stream
    from numpy.typing import NDArray

CHUNK = 50_000
"""Draws held at a time per input: small enough to stay in the processor's cache."""

_T = TypeVar("_T")

Progress = Callable[[int], None]
"""Told the number of trials done, in the thread of the caller."""


def ignore(trials: int) -> None:
    """Do without being told how far the trials are."""


@dataclass(frozen=True, slots=True)
class Source:
    """Inputs that can be drawn from, checked when built.

    Correlated inputs with infinite ν are drawn from a multivariate normal distribution, those with
    a common finite ν from a multivariate t (JCGM 102:2011, 5.3.2): all of a group, see
    `correlation.groups`, share one χ², so that they are large together even where r is small. As
    for a single t (JCGM 101:2008, 6.4.9), u is the scale and not the standard deviation, which is
    u·√(ν/(ν - 2)); r is the correlation of both.

    Attributes:
        inputs: in the order of the draws.
        correlations: (name, name) → correlation coefficient.
        seed: of all streams (numpy's PCG64).

    Raises:
        BudgetError: a negative seed, an input without a mean, correlated inputs that are not
            normal, or correlated inputs with different degrees of freedom.
    """

    inputs: tuple[Input, ...]
    correlations: Correlations
    seed: int

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise BudgetError(f"seed {self.seed} must not be negative")
        correlated = {name for pair in self.correlations for name in pair}
        for quantity in self.inputs:
            normal = quantity.distribution is Distribution.NORMAL
            if normal and quantity.dof <= 1.0:
                raise BudgetError(
                    f"{quantity.name!r} has {quantity.dof:g} degree(s) of freedom: its"
                    " distribution has no mean; take at least three readings"
                )
            if quantity.name in correlated and not normal:
                raise BudgetError(
                    f"{quantity.name!r} is correlated and not normal; bring the common cause in as"
                    " one more input instead (GUM F.1.2.4)"
                )
        correlation.groups(self.inputs, self.correlations)

    def draw(self, chunk: int, size: int) -> "list[NDArray[float64]]":
        """Return one array of draws an input, shape `(size,)` each, of chunk number `chunk`."""
        from numpy.random import PCG64, SeedSequence
        from numpy.random import Generator as Stream

        streams = [
            Stream(PCG64(SeedSequence(self.seed, spawn_key=(chunk, i))))
            for i in range(len(self.inputs))
        ]
        if not self.correlations:
            return [
                quantity.draw(stream, size)
                for quantity, stream in zip(self.inputs, streams, strict=True)
            ]
        return self._draw_together(streams, size)

    def _draw_together(self, streams: "list[Stream]", size: int) -> "list[NDArray[float64]]":
        import numpy as np

        normals = np.array([stream.standard_normal(size) for stream in streams])
        joint = dict(zip(self.inputs, self._factor() @ normals, strict=True))
        stream_of = dict(zip(self.inputs, streams, strict=True))
        drawn: dict[Input, NDArray[float64]] = {}
        for group in correlation.groups(self.inputs, self.correlations):
            first, dof = group[0], group[0].dof
            if len(group) == 1:
                drawn[first] = first.draw(stream_of[first], size)
                continue
            scale = np.ones(size)
            if math.isfinite(dof):
                scale = np.sqrt(dof / stream_of[first].chisquare(dof, size))
            for each in group:
                drawn[each] = each.value + each.standard_uncertainty * joint[each] * scale
        return [drawn[quantity] for quantity in self.inputs]

    def _factor(self) -> "NDArray[float64]":
        """Return F with F·Fᵀ = correlation matrix.

        From eigenvalues: a Cholesky factor does not exist for r = ±1, which calibrations often
        have.
        """
        import numpy as np

        values, vectors = np.linalg.eigh(correlation.matrix(self.inputs, self.correlations))
        return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Output:
    """A quantity that a model makes of the draws.

    Attributes:
        quantity: what it is, for messages.
        model: takes one array an argument.
        arguments: positions of its arguments among the inputs of the source.
    """

    quantity: str
    model: Callable[..., Any]
    arguments: tuple[int, ...]

    def values(self, draws: "Sequence[NDArray[float64]]") -> "NDArray[float64]":
        """Return the model's values, shape `(draw,)`.

        Raises:
            BudgetError: the model takes no arrays, or has no finite value for a draw.
        """
        import numpy as np

        try:
            with np.errstate(all="ignore"):  # what is not finite is refused below, by name
                found = np.asarray(self.model(*[draws[i] for i in self.arguments]), np.float64)
        except TypeError as error:
            raise BudgetError(
                f"{self.quantity}: the model does not accept arrays; use Python's operators and"
                f" station.metrology.functions in place of math: {error}"
            ) from error
        if np.isfinite(found).all():
            return found
        infinite = int(np.count_nonzero(~np.isfinite(found)))
        raise BudgetError(
            f"{self.quantity}: the model has no finite value for {infinite} of {found.size}"
            " draws; an input's distribution reaches where the model is not defined"
        )


def propagate(
    source: Source,
    outputs: Sequence[Output],
    trials: int,
    *,
    chunk: int = CHUNK,
    first: int = 0,
    workers: int = 1,
    progress: Progress = ignore,
) -> "NDArray[float64]":
    """Return the outputs' values for the same draws of the inputs, shape `(output, trial)`.

    Args:
        source: of the draws.
        outputs: models, all evaluated on each draw; that carries their covariance.
        trials: number of draws.
        chunk: draws evaluated at a time.
        first: number of the first chunk; different numbers give independent draws.
        workers: threads; numpy draws and calculates without holding Python's lock.
        progress: told after each chunk.

    Raises:
        BudgetError: a model takes no arrays, or has no finite value for a draw.
    """
    import numpy as np

    if chunk < 1:
        raise BudgetError(f"{chunk} draws a chunk: state at least one")
    values = np.empty((len(outputs), trials))

    def fill(number: int) -> int:
        start = number * chunk
        size = min(chunk, trials - start)
        draws = source.draw(first + number, size)
        for row, output in enumerate(outputs):
            values[row, start : start + size] = output.values(draws)
        return size

    done = 0
    for size in in_threads(fill, range(math.ceil(trials / chunk)), workers):
        done += size
        progress(done)
    return values


def in_threads(
    act: Callable[[int], _T], numbers: Iterable[int], workers: int
) -> Generator[_T, None, None]:
    """Yield `act` of each number, in their order, calculated by `workers` threads.

    At most one more than `workers` are begun before they are asked for; close the iterator to
    leave the rest undone.

    Raises:
        BudgetError: there is no worker.
    """
    if workers < 1:
        raise BudgetError(f"{workers} workers: state at least one")
    if workers == 1:
        yield from map(act, numbers)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    ahead: deque[Future[_T]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for number in numbers:
                ahead.append(pool.submit(act, number))
                if len(ahead) > workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for each in ahead:
                each.cancel()
