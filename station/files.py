"""Files people write: read whole, checked whole, refused with the line, the key and a way out."""

import difflib
import itertools
import os
import re
import tomllib
import types
import typing
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from station.errors import BadInput, Phrase, joined

ModelT = TypeVar("ModelT", bound=BaseModel)

LARGEST = 50_000_000
"""Bytes of a file that nobody sets another limit for: it is read whole."""

_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0 (2.2)."""


def named(text: str) -> Path:
    """Return the file that a person names; ~ is a home, and a letter where nobody has one."""
    return Path(os.path.expanduser(text))


def read_toml(path: Path, shape: type[ModelT]) -> ModelT:
    """Return the file at `path` as a `shape`.

    Raises:
        BadInput: it cannot be read, is not TOML, or does not fit: all faults, one a line.
    """
    return parse_toml(read_bytes(path), shape, name=str(path))


def read_bytes(path: Path, *, largest: int = LARGEST) -> bytes:
    """Return the content of the file at `path`, of at most `largest` bytes.

    Raises:
        BadInput: it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise BadInput(
            "{path}: cannot be read ({why}). Check the name.", path=path, why=error
        ) from error
    if len(content) > largest:
        raise BadInput(
            "{path}: larger than {largest} bytes; this is not what is asked for.",
            path=path,
            largest=largest,
        )
    return content


def parse_toml(content: bytes, shape: type[ModelT], *, name: str) -> ModelT:
    """Return TOML `content` as a `shape`; `name` is what messages call it.

    Raises:
        BadInput: it is not TOML, does not fit, or has a text that cannot be printed.
    """
    try:
        text = content.decode("utf-8-sig")
        loaded = tomllib.loads(text)
        _refuse_unwritable(loaded, name)
        return shape.model_validate(loaded)
    except UnicodeDecodeError as error:
        raise BadInput(
            "{name}: not UTF-8 text (byte {byte}). Save it as UTF-8.", name=name, byte=error.start
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput("{name}: not TOML: {error}.", name=name, error=error) from error
    except RecursionError as error:
        raise BadInput(
            "{name}: nested too deep. Nothing that is asked for is so.", name=name
        ) from error
    except ValidationError as error:
        faults = [_fault(fault, shape, text, name) for fault in error.errors()]
        raise BadInput("{faults}", faults=joined(faults, "\n")) from error


def _refuse_unwritable(value: Any, name: str) -> None:
    """Refuse a text that no XML document can contain: a certificate quotes what is said here."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for each in value:
            _refuse_unwritable(each, name)
    elif isinstance(value, str) and _UNWRITABLE.search(value):
        raise BadInput(
            "{name}: {value!r:.100} has a character that cannot be printed. Remove it.",
            name=name,
            value=value,
        )


def nearest(word: str, known: typing.Iterable[str]) -> Phrase | str:
    """Return " Did you mean 'x'?" for the nearest known word, else the list of known ones."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    if close:
        return Phrase(" Did you mean {word!r}?", word=close[0])
    return Phrase(" Known: {words}.", words=tuple(words)) if words else ""


class Unfit(BadInput, ValueError):
    """A value that does not fit, told by a validator of ours; no full stop behind it."""


def _fault(fault: Any, shape: type[BaseModel], text: str, name: str) -> Phrase:
    path = [str(part) for part in fault["loc"]]
    line = _line_of(path[:-1] if fault["type"] == "missing" else path, text)
    where = Phrase("{name}, line {line}", name=name, line=line) if line else name
    return Phrase("{where}: {what}", where=where, what=_told(fault, shape, path))


def _told(fault: Any, shape: type[BaseModel], path: list[str]) -> Phrase:
    """Return what is wrong at `path`; what pydantic says of a value stays in its own words."""
    key = ".".join(path)
    match fault["type"]:
        case "extra_forbidden":
            near = nearest(path[-1], _keys_at(shape, path[:-1]))
            return Phrase("unknown key {key!r}.{nearest}", key=key, nearest=near)
        case "missing":
            return Phrase("{key!r} is missing.", key=key)
        case "value_error" if key:  # one of our own, in our own words
            return Phrase("{key}: {error}.", key=key, error=fault["ctx"]["error"])
        case "value_error":
            return Phrase("{error}.", error=fault["ctx"]["error"])
        case "tuple_type" if isinstance(fault["input"], dict):
            return Phrase("{key!r} may be several: write [[{key}]].", key=key)
    why = fault["msg"].lower()
    if isinstance(fault["input"], dict | list):
        return Phrase("{key!r}: {why}.", key=key, why=why)
    return Phrase("{key!r} is {value!r}: {why}.", key=key, value=fault["input"], why=why)


def _keys_at(shape: Any, path: list[str]) -> list[str]:
    """The keys that the model allows at `path`; tables of free names and unions are walked."""
    for part in path:
        shape = _inner(shape, part)
    models = [s for s in _members(shape) if isinstance(s, type) and issubclass(s, BaseModel)]
    return [field.alias or name for m in models for name, field in m.model_fields.items()]


def _inner(shape: Any, part: str) -> Any:
    for member in _members(shape):
        if isinstance(member, type) and issubclass(member, BaseModel):
            for name, field in member.model_fields.items():
                if part in (name, field.alias):
                    return field.annotation
        elif typing.get_args(member):
            # dict[str, X], list[X], tuple[X, ...]: the part is a free name or an index.
            candidates = [a for a in typing.get_args(member) if a is not Ellipsis]
            return candidates[-1]
    return None


def _members(shape: Any) -> tuple[Any, ...]:
    if typing.get_origin(shape) in (typing.Union, types.UnionType):
        return typing.get_args(shape)
    return (shape,)


def _line_of(path: list[str], text: str) -> int | None:
    """The line of the last part of `path` that can be found, part after part."""
    found, start = None, 0
    lines = text.splitlines()
    for part, index in _with_index(path):
        number = _nth_line(_header_or_key(part), lines, start, index)
        if number is None and index:
            # The elements of an inline array: the one that was meant opens its own brace.
            first = _nth_line(_header_or_key(part), lines, start, 0)
            number = None if first is None else _nth_line(_ELEMENT, lines, first + 1, index)
        if number is not None:
            found, start = number + 1, number
    return found


_ELEMENT = re.compile(r"^\s*\{")


def _with_index(path: list[str]) -> list[tuple[str, int]]:
    """Each name of the path with the number of the array's element that follows it."""
    following = [*path, ""][1:]
    return [
        (part, int(after) if after.isdigit() else 0)
        for part, after in zip(path, following, strict=True)
        if not part.isdigit()
    ]


def _header_or_key(part: str) -> re.Pattern[str]:
    name = re.escape(part)
    return re.compile(
        rf"""^\s*\[+[^\]]*(?<![\w-])["']?{name}["']?\s*\]"""
        rf"""|^\s*\[[^\[\]]*(?<![\w-])["']?{name}["']?\s*\."""
        rf"""|(?:^|[{{,])\s*["']?{name}["']?\s*[=.]"""
    )


def _nth_line(pattern: re.Pattern[str], lines: list[str], start: int, index: int) -> int | None:
    hits = (n for n in range(start, len(lines)) if pattern.search(lines[n]))
    return next(itertools.islice(hits, index, None), None)
