"""CSV for people with a spreadsheet: UTF-8 with its mark, decimal points, nothing that computes.

A spreadsheet takes a text that begins with = + - @ (or their full-width forms) for a formula, and
some of them look behind blanks. Such a text gets an apostrophe in front, unless it is a number:
"-1.83E-06" stays what it is. (OWASP, CSV Injection.)
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
FORMULA = tuple("=+-@＝＋－＠\t\r\n")


class CsvSheet:
    """An open CSV file."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows."""
        self._writer.writerows([cell(value) for value in row] for row in rows)


@contextmanager
def csv_sheet(path: Path, columns: Sequence[str]) -> Iterator[CsvSheet]:
    """Yield a new CSV file with a line of headings."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        yield CsvSheet(writer)


def cell(value: object) -> str:
    """Return a value as a cell holds it: nothing for None, every digit of a number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return _harmless(str(value))


def _harmless(text: str) -> str:
    if NUMBER.fullmatch(text) or not text:
        return text
    begins = text[0] in FORMULA or text.strip().startswith(FORMULA)
    return f"'{text}" if begins else text
