"""What all tests of the station may ask for."""

import pytest

from tests.station.stores import empty_place, place, postgresql

__all__ = ["empty_place", "place", "postgresql"]

LOUD = "NOT TESTED"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, and loudly, what was not tested: a skipped test is easily overlooked."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = {str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)}
    for reason in sorted(each for each in reasons if LOUD in each):
        terminalreporter.write_line(reason.partition("\n")[0], red=True, bold=True)
