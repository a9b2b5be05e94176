"""Parquet, by pyarrow: typed columns; a group of rows for every so many."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

from station.analysis import names_of
from station.errors import BadInput

GROUP = 50_000
"""Rows that are held in memory before they are written."""


class ParquetSheet:
    """An open Parquet file."""

    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer = writer
        self._schema = schema
        self._rows: list[tuple[Any, ...]] = []

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take rows, and write them where there are many."""
        self._rows += rows
        if len(self._rows) >= GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        import pyarrow

        turned = list(zip(*self._rows, strict=True)) or [()] * len(self._schema)
        arrays = [
            pyarrow.array(values, type=field.type)
            for values, field in zip(turned, self._schema, strict=True)
        ]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows = []


@contextmanager
def parquet_sheet(path: Path, kind: type[Any]) -> Iterator[ParquetSheet]:
    """Yield a new Parquet file with a column for each field.

    Raises:
        BadInput: pyarrow is not installed.
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise BadInput(
            "Parquet needs the package pyarrow: pip install 'calibration-station[parquet]'. "
            "CSV and JSON need nothing."
        ) from error
    schema = _schema(kind)
    with parquet.ParquetWriter(path, schema) as writer:
        sheet = ParquetSheet(writer, schema)
        yield sheet
        sheet.flush()


def _schema(kind: type[Any]) -> Any:
    import pyarrow

    types = {
        str: pyarrow.string(),
        float: pyarrow.float64(),
        float | None: pyarrow.float64(),
        int: pyarrow.int64(),
        bool: pyarrow.bool_(),
        datetime: pyarrow.timestamp("us", tz="UTC"),
    }
    hints = get_type_hints(kind)
    return pyarrow.schema([(name, types[hints[name]]) for name in names_of(kind)])
