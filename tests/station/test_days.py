"""Days as they are typed."""

from datetime import date

import pytest

from station.days import typed_day
from station.errors import BadInput


@pytest.mark.parametrize("text", ["2027-09-03", "03/09/2027", "3/9/2027", " 2027-09-03 "])
def test_a_day_is_typed_either_way(text: str) -> None:
    assert typed_day(text) == date(2027, 9, 3)


@pytest.mark.parametrize("text", ["", "soon", "2027-13-01", "09/13/2027", "03/09/27", "31/02/2027"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(BadInput, match="is not a day"):
        typed_day(text)
