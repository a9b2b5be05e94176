"""Runs and all that was measured as files: one of each kind of record, all runs in it.

The files are called by us (`TABLES`). Runs are read one at a time and written as they are read, so
that a large store needs no large memory.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from station.analysis import (
    Conclusion,
    Contribution,
    Environment,
    Inspection,
    Point,
    Reading,
    Run,
    names_of,
    rows_of,
)

TABLES: Mapping[str, type[Any]] = {
    "runs": Run,
    "points": Point,
    "readings": Reading,
    "budgets": Contribution,
    "conclusions": Conclusion,
    "inspections": Inspection,
    "environment": Environment,
}


class Format(StrEnum):
    """Which files are written."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class Sheet(Protocol):
    """A file that rows are added to."""

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows, each in the order of the columns."""
        ...


def write(runs: Iterable[Run], folder: Path, format_: Format) -> list[Path]:
    """Write a file for each table into an existing folder, all or none, and return their paths.

    Raises:
        BadInput: the package that writes Parquet is not installed.
        OSError: a file cannot be written.
        StationError: whatever reading the runs raises.
    """
    parts = {name: folder / f"{name}.{format_.value}.part" for name in TABLES}
    try:
        with ExitStack() as stack:
            sheets = {
                name: stack.enter_context(_sheet(part, format_, TABLES[name]))
                for name, part in parts.items()
            }
            for run in runs:
                for name, kind in TABLES.items():
                    sheets[name].add(_rows(run, kind, names_of(kind)))
        # Only now: half an export looks like a whole one.
        return [part.replace(part.with_suffix("")) for part in parts.values()]
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _rows(run: Run, kind: type[Any], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    for row in rows_of([run], kind):
        yield tuple(getattr(row, name) for name in columns)


def _sheet(path: Path, format_: Format, kind: type[Any]) -> AbstractContextManager[Sheet]:
    match format_:
        case Format.CSV:
            from station.export.csv_sheet import csv_sheet

            return csv_sheet(path, names_of(kind))
        case Format.JSON:
            from station.export.json_sheet import json_sheet

            return json_sheet(path, names_of(kind))
        case Format.PARQUET:
            from station.export.parquet_sheet import parquet_sheet

            return parquet_sheet(path, kind)
