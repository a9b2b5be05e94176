"""How a command of a PACE is written down: one row, its header echoed in every reply."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import inf, isfinite

from simulators.druck_pace.manifold import Manifold
from simulators.druck_pace.panel import Kept, PacePanel, Single
from simulators.druck_pace.reports import Violation
from simulators.language.scpi import NODE, Command, Language, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Converter, Kind, Token

# (panel, suffixes…) → data of the reply, and (panel, suffixes…, values…) → nothing.
Ask = Callable[..., str]
Tell = Callable[..., None]

LARGEST = 1e9
"""Of a number that has no limit of its own."""

MULTIPLIERS = {"": 1.0, "A": 1e-18, "G": 1e9, "K": 1e3, "M": 1e-3, "T": 1e12}


@dataclass(frozen=True, slots=True)
class Row:
    """One command.

    Attributes:
        pattern: as the manual writes it; see `simulators.language.scpi.Command`.
        ask: answers the query.
        tell: carries the command out.
        values: of the command.
        header: of the reply, where it is not the canonical one; `{}` takes a suffix from 2 up,
            `{1}` any suffix of the last node.
    """

    pattern: str
    ask: Ask | None = None
    tell: Tell | None = None
    values: tuple[Converter, ...] = ()
    header: str | None = None


def language_of(panel: PacePanel, rows: Iterable[Row]) -> Language:
    """Return the language of `rows`."""
    return Language(_command(panel, row) for row in rows)


def _command(panel: PacePanel, row: Row) -> Command:
    return Command(
        row.pattern,
        _violation if row.tell is None else partial(_told, panel, row.tell),
        _violation if row.ask is None else partial(_asked, panel, row),
        tuple(Parameter(convert) for convert in row.values),
    )


def _violation(*_: object) -> None:
    raise Violation


def _told(panel: PacePanel, tell: Tell, *arguments: object) -> None:
    panel.remote = True
    tell(panel, *arguments)


def _asked(panel: PacePanel, row: Row, *suffixes: int) -> str:
    assert row.ask is not None
    answer = row.ask(panel, *suffixes)
    header = canonical(row.pattern) if row.header is None else row.header
    header = header.replace("{1}", str(suffixes[-1]) if suffixes else "")
    for suffix in suffixes:
        header = header.replace("{}", "" if suffix == 1 else str(suffix), 1)
    return f"{header.replace('{}', '')} {answer}"


def canonical(pattern: str) -> str:
    """Return the header that replies carry: short forms, optional nodes filled in."""
    if pattern.startswith("*"):
        return pattern
    nodes = (match[2] + ("{}" if match[4] else "") for match in NODE.finditer(pattern))
    return ":" + ":".join(nodes)


def decimal(value: float) -> str:
    """Return a number with seven places; an exact nought is 0.0."""
    return "0.0" if value == 0.0 else f"{value:.7f}"


def amount(token: Token) -> float:
    """Return a number, its multiplier applied."""
    if token.kind is not Kind.NUMBER:
        raise ScpiError(-104)
    if token.suffix not in MULTIPLIERS:
        raise ScpiError(-131)
    number = token.number * MULTIPLIERS[token.suffix]
    if not isfinite(number):
        raise ScpiError(-222)
    return number


def whole(token: Token) -> int:
    """Return an integer; a real one is rounded."""
    return round(amount(token))


def between(low: float, high: float, convert: Callable[[Token], float] = amount) -> Converter:
    """Return a converter that refuses what is outside `low` … `high`."""

    def limited(token: Token) -> float:
        number = convert(token)
        if not low <= number <= high:
            raise ScpiError(-222)
        return number

    return limited


def known_range(manifold: Manifold, name: str) -> str:
    """Return the name of a range of the module.

    Raises:
        ScpiError: −224, it has no such range: names are told apart by case.
    """
    if name not in manifold.module.ranges:
        raise ScpiError(-224)
    return name


def zeroing(panel: PacePanel, module: int = 1) -> str:
    """Answer whether the module is being zeroed."""
    return str(int(panel.manifold(module).zero_done_at < inf))


def single(value: Kept) -> Single:
    """Return a value that is no list."""
    assert not isinstance(value, tuple)
    return value


def kept(
    pattern: str,
    default: Kept,
    *converters: Converter,
    write: Callable[[Kept], str] = str,
    header: str | None = None,
) -> Row:
    """Return a row for a setting that is only read back."""
    key = canonical(pattern)

    def ask(panel: PacePanel, *suffixes: int) -> str:
        panel.check_module(key, suffixes)
        return write(panel.kept.get((key, suffixes), default))

    def tell(panel: PacePanel, *arguments: Kept) -> None:
        values = arguments[len(arguments) - len(converters) :]
        suffixes = tuple(one for one in arguments[: -len(values)] if isinstance(one, int))
        panel.check_module(key, suffixes)
        panel.kept[key, suffixes] = values[0] if len(values) == 1 else tuple(map(single, values))

    return Row(pattern, ask, tell, converters, header)


def write_flag(value: Kept) -> str:
    """Return 1 or 0."""
    return str(int(bool(value)))


def write_number(value: Kept) -> str:
    """Return a decimal number."""
    assert isinstance(value, float)
    return decimal(value)


def write_list(value: Kept) -> str:
    """Return several values."""
    assert isinstance(value, tuple)
    return ", ".join(str(part) for part in value)
