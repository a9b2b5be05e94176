"""Why a reading that a person entered deserves a second look; nothing is refused.

What is compared is what a person sees: decimals, steps and digits. The same answer given a second
time stands, so these rules may be strict where a mistake is likely, and need not be right.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median

from station.locale import N_
from station.run.entries import Prompted, PromptKind

OVERLOADED = "OL"
"""What is entered where the display shows overload instead of a number."""

FEWER = N_("It has fewer decimals than can be read off.")
MORE = N_("It has more decimals than can be read off.")
BETWEEN = N_("It lies between two steps of the display or scale.")
SWAPPED = N_("Two neighbouring digits may be swapped.")
SIGN = N_("The sign may be wrong.")
POINT = N_("The decimal point or the unit may be wrong.")
FAR = N_("It is far from what is expected here.")
OF_VALUE = frozenset({SWAPPED, SIGN, POINT, FAR})
"""What is doubtful about a number itself, however it is written."""
OUTSIDE = N_("The method does not hold there.")
NO_OVERLOAD = N_("A reading is expected here, no overload.")

ROOM_STEP = 0.1
"""To what the ambient conditions are read at best: °C, %, hPa."""

FAR_SHARE = Decimal("0.05")
FAR_STEPS = 20
"""Farther from the expected value than 5 % of it and 20 steps is far, where the prompt gives no
limits: wide enough for an instrument that is out of its tolerance, a choice of this laboratory."""

FAR_LIMITS = 5
NEAR_STEPS = 3
"""Farther off than five times the limits of error, and three steps, is far too, where the limits
are known: few instruments are so bad, many entries are. A choice of this laboratory."""

STRAY = 6
LEAST_TO_COMPARE = 3
"""Farther from the median of at least three entries than six times their median deviation from it,
and three steps, is an outlier: 4 standard deviations of what is normally distributed, a choice."""

NEARER = 10
"""How many times nearer a likely slip must bring a value that is not far, to be asked about."""

LEAST_STEPS = 9
"""What swapping two digits that differ by one changes at least, in steps."""

POWERS = (-3, -2, -1, 1, 2, 3)
"""Powers of ten by which a decimal point slips; three are the next prefix of a unit too."""

STEP_DIGITS = 6
"""Significant digits of a resolution that are meant; the rest is how floats are stored."""


def doubts(prompt: Prompted, text: str, limit: float | None = None) -> tuple[str, ...]:
    """Return the reasons, English sentences, to look again at the entry `text`; mostly none.

    Args:
        prompt: what was asked for, with what is known of it: resolution, expected value, limits.
        text: the answer as `station.run.operator.checked` returns it.
        limit: of the error of what is read, ± in the unit of the entry, where it is known.
    """
    if text == OVERLOADED:
        return () if prompt.expected is None else (NO_OVERLOAD,)
    entered = Decimal(text)
    return (*_of_form(prompt, entered), *_of_value(prompt, entered, limit))


def is_outlier(typed: str, entries: Sequence[str], resolution: float) -> bool:
    """Tell whether an entry is far from the median of all `entries` for the same thing."""
    values = [Decimal(each) for each in entries]
    if len(values) < LEAST_TO_COMPARE:
        return False
    middle = median(values)
    usual = median(abs(value - middle) for value in values)
    return abs(Decimal(typed) - middle) > max(STRAY * usual, NEAR_STEPS * step_of(resolution))


def doubts_of_room(limits: tuple[float, float], before: float | None, text: str) -> tuple[str, ...]:
    """Return the reasons to look again at an ambient condition, mostly none.

    Args:
        limits: between which the method holds, in the unit of the entry.
        before: what was read last under which the method holds; None where nothing was.
        text: the answer as `station.run.operator.checked` returns it.
    """
    low, high = limits
    prompt = Prompted(
        prompt=0, wants=PromptKind.NUMBER, text="", low=low, high=high, resolution=ROOM_STEP,
        expected=(low + high) / 2 if before is None else before,
    )  # fmt: skip
    entered = Decimal(text)
    if _within_limits(prompt, entered):
        return () if before is None else tuple(_of_value(prompt, entered))
    return (OUTSIDE, *(doubt for doubt in _of_value(prompt, entered) if doubt != FAR))


def sure(
    typed: str,
    doubted: Callable[[str], tuple[str, ...]],
    ask_again: Callable[[str, tuple[str, ...]], str],
) -> str:
    """Return an entry once nothing is doubted that the same number has not answered already.

    Entered a second time it stands against what was told of it, not against a further doubt.
    """
    told: tuple[str, ...] = ()
    while not set(found := doubted(typed)) <= set(told):
        again = ask_again(typed, found)
        told = found if _same(again, typed) else ()
        typed = again
    return typed


def _same(one: str, other: str) -> bool:
    return one == other or (OVERLOADED not in (one, other) and Decimal(one) == Decimal(other))


def _of_form(prompt: Prompted, entered: Decimal) -> Iterator[str]:
    if prompt.resolution is None:
        return
    step = step_of(prompt.resolution)
    wanted = decimals(step)
    if decimals(entered) < wanted:
        yield FEWER
    elif decimals(entered) > wanted:
        yield MORE
    # Exactly: a decimal number's own remainder fails where its quotient has many digits.
    if decimals(entered) <= wanted and Fraction(entered) % Fraction(step):
        yield BETWEEN


def _of_value(prompt: Prompted, entered: Decimal, limit: float | None = None) -> Iterator[str]:
    """Yield what is doubtful about the value: the likely slip if one explains it."""
    if prompt.expected is None:
        if not _within_limits(prompt, entered):
            yield FAR
        return
    expected = Decimal(repr(prompt.expected))
    step = _step(prompt)
    far = _is_far(prompt, entered, limit)
    off = abs(entered - expected)
    if not far and off < LEAST_STEPS * step:
        return

    def explains(meant: Decimal) -> bool:
        nearer = abs(meant - expected)
        if far and not _is_far(prompt, meant, limit):
            return nearer < off
        return nearer * NEARER < off

    # Whatever makes a number smaller brings it nearer to an expected zero: that explains nothing.
    likely = [
        (abs(meant - expected), doubt)
        for doubt, slipped in (_SLIPS if expected else ())
        for meant in slipped(entered)
        if explains(meant)
    ]
    if likely:
        yield min(likely)[1]
    elif far:
        yield FAR


def _is_far(prompt: Prompted, value: Decimal, limit: float | None) -> bool:
    if prompt.expected is None or prompt.low is not None or prompt.high is not None:
        return not _within_limits(prompt, value)
    expected, step = Decimal(repr(prompt.expected)), _step(prompt)
    most = max(FAR_SHARE * abs(expected), FAR_STEPS * step)
    if limit is not None:
        most = min(most, max(FAR_LIMITS * step_of(limit), NEAR_STEPS * step))
    return abs(value - expected) > most


def _step(prompt: Prompted) -> Decimal:
    return Decimal(0) if prompt.resolution is None else step_of(prompt.resolution)


def _within_limits(prompt: Prompted, value: Decimal) -> bool:
    low, high = prompt.low, prompt.high
    return (low is None or low <= value) and (high is None or value <= high)


def _negated(value: Decimal) -> Iterator[Decimal]:
    yield -value


def _slipped(value: Decimal) -> Iterator[Decimal]:
    for power in POWERS:
        yield value.scaleb(power)


def _swapped(value: Decimal) -> Iterator[Decimal]:
    """Yield `value` with each pair of neighbouring digits swapped."""
    places = decimals(value)
    digits = str(abs(int(value.scaleb(places)))).zfill(places + 1)
    for first, (one, other) in enumerate(pairwise(digits)):
        if one != other:
            swapped = f"{digits[:first]}{other}{one}{digits[first + 2 :]}"
            yield Decimal(swapped).scaleb(-places).copy_sign(value)


_SLIPS: tuple[tuple[str, Callable[[Decimal], Iterator[Decimal]]], ...] = (
    (SIGN, _negated),
    (POINT, _slipped),
    (SWAPPED, _swapped),
)


def step_of(resolution: float) -> Decimal:
    """Return a resolution as the decimal number that is meant, e.g. 0.01 or 5E+1."""
    return Decimal(f"{resolution:.{STEP_DIGITS}g}").normalize()


def decimals(value: Decimal) -> int:
    """Return how many digits stand after the decimal point of `value`."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
