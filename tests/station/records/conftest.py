import pytest

from tests.station.records.issued import Certified, certified


@pytest.fixture(scope="package")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    """One run with its certificate; nobody writes to it."""
    return certified(tmp_path_factory.mktemp("issued"))
