"""What docs/metrology.md shows is what the code does."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "metrology.md"


def test_the_page_prints_what_it_shows():
    found = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert found.attempted > 60
    assert found.failed == 0
