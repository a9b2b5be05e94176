"""The equipment register: what a person waits for on 500 pieces with three certificates each."""

import contextlib
import io
import tempfile
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

from benchmarks.measure import Line, seconds_each
from station.cli.main import main
from station.clock import SystemClock
from station.records.store import Store, open_store
from station.register import book
from station.register import entries as e

PIECES = 500


def _fill(store: Store) -> None:
    content = (files("station") / "demo" / "calibrator-certificate.toml").read_bytes()
    document = store.keep(content, name="certificate", media_type="application/toml")
    entries: list[e.Entry] = []
    for piece in range(PIECES):
        name = f"E-{piece:04}"
        entries.append(
            e.EquipmentEntered(
                by="a", equipment=name, title="Calibrator", maker="Fluke", type="5522A",
                serial=str(piece), interval_months=12,
            )
        )  # fmt: skip
        for year in (2024, 2025, 2026):
            number, dated = f"C{year}-{piece}", date(year, 1 + piece % 12, 2)
            entries += [
                e.CertificateEntered(
                    by="a", equipment=name, number=number, issuer="L", dated=dated,
                    due=dated.replace(year=year + 1), document=document, source="DCC 3.3.0",
                ),
                e.CertificateAccepted(by="b", equipment=name, number=number),
                e.Serviced(
                    by="b", equipment=name, what=e.ServiceKind.CHECK, on=dated, passed=True
                ),
            ]  # fmt: skip
    book.act(store, SystemClock(), lambda _: entries)


def _benchmark(*argv: str) -> Callable[[], Line]:
    def run() -> Line:
        with tempfile.TemporaryDirectory() as folder:
            url = str(Path(folder) / "station.db")
            with open_store(url) as store:
                _fill(store)
                bare = seconds_each(lambda: list(book.rows(store)), times=3)
            taken = seconds_each(lambda: _silently(*argv, "--store", url), times=3)
        words = " ".join(argv)
        return Line(
            f"{words}, {PIECES} pieces, warm", taken, "reading all entries", bare, "< 100 ms"
        )

    return run


def _silently(*argv: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(argv) == 0


BENCHMARKS = (
    _benchmark("equipment", "due"),
    _benchmark("equipment", "show", "E-0100"),
    _benchmark("equipment", "history", "E-0100"),
)
