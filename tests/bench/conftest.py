from collections import Counter

import pytest

COUNTED = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> Counter[str]:
    """How acts on failing instruments ended: counted, and told at the end."""
    return request.config.stash.setdefault(COUNTED, Counter())


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    counted = config.stash.get(COUNTED, Counter())
    if counted:
        total = counted.total()
        told = ", ".join(f"{number} {name}" for name, number in counted.most_common())
        terminalreporter.write_line(f"drivers on faults: {total} strikes, {told}")
