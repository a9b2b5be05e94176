from pathlib import Path

import pytest

from tests.station.run.laboratory import Laboratory
from tests.station.stores import Place


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


@pytest.fixture
def either_laboratory(tmp_path: Path, place: Place) -> Laboratory:
    """The same on each kind of store."""
    return Laboratory(tmp_path, store_url=place.url)
