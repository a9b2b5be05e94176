"""JSON: an array with one object a line, so that it can be read as a whole or line by line."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO


class JsonSheet:
    """An open JSON file."""

    def __init__(self, file: TextIO, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = columns
        self._between = "\n"

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows."""
        for row in rows:
            named = {c: _plain(v) for c, v in zip(self._columns, row, strict=True)}
            text = json.dumps(named, ensure_ascii=False, allow_nan=False)
            self._file.write(f"{self._between}{text}")
            self._between = ",\n"


@contextmanager
def json_sheet(path: Path, columns: Sequence[str]) -> Iterator[JsonSheet]:
    """Yield a new JSON file."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        yield JsonSheet(file, columns)
        file.write("\n]\n")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
