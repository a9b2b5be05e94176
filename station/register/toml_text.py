"""TOML out of what `tomllib` read: the same keys, and numbers with every digit they had.

Read with `parse_float=Decimal`, so that 1.20e-6 is written with its zero again.
"""

import json
import math
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from station.errors import BadInput

Tree = dict[str, Any]
"""Tables, arrays, texts, whole numbers, decimals, days and truths."""


def loads(content: bytes, *, name: str) -> Tree:
    """Return TOML with its decimals kept.

    Raises:
        BadInput: it is not UTF-8, or not TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise BadInput(
            "{name}: not UTF-8 text (byte {byte}). Save it as UTF-8.", name=name, byte=error.start
        ) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        # Not only TOMLDecodeError: Python refuses whole numbers of thousands of digits.
        raise BadInput("{name}: not TOML: {error}.", name=name, error=error) from error


def dumps(tree: Mapping[str, Any]) -> str:
    """Return the text of a tree; plain values come before tables."""
    return "\n".join(_table(tree, ())).strip() + "\n"


def _table(tree: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = [
        f"{_key(key)} = {_value(value)}" for key, value in tree.items() if not _has_header(value)
    ]
    for key, value in tree.items():
        inner = (*path, key)
        header = ".".join(map(_key, inner))
        if isinstance(value, Mapping):
            lines += ["", f"[{header}]", *_table(value, inner)]
        elif isinstance(value, list) and _has_header(value):
            for each in value:
                lines += ["", f"[[{header}]]", *_table(each, inner)]
    return lines


def _has_header(value: object) -> bool:
    """Tables have headers; so have those arrays of tables that hold further arrays of tables."""
    if isinstance(value, Mapping):
        return True
    if not isinstance(value, list):
        return False
    return _is_tables(value) and any(_is_tables(part) for each in value for part in each.values())


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _key(key: str) -> str:
    plain = key.replace("-", "").replace("_", "")
    return key if plain.isascii() and plain.isalnum() else _text(key)


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | Decimal() if math.isfinite(value):
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case date():
            return value.isoformat()
        case str():
            return _text(value)
        case Mapping():
            inner = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
            return f"{{ {inner} }}"
        case list() | tuple() if _is_tables(value):
            return "[\n" + "".join(f"  {_value(each)},\n" for each in value) + "]"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case _:
            raise BadInput("{value!r} cannot be written as TOML.", value=value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
