"""What the details of an item are refused for, in the words of whoever reads it."""

import pytest
from pydantic import Field, field_validator

from procedures.details import Stated, checked
from station.errors import BadInput
from station.files import Unfit
from station.locale import translation


class Details(Stated):
    """A detail that is checked by us, one that pydantic checks, and one that may be left out."""

    unit: str
    size: float = Field(gt=0)
    place: str = ""

    @field_validator("unit")
    @classmethod
    def _known(cls, unit: str) -> str:
        if unit != "Pa":
            raise Unfit("the unit {unit!r} is unknown; known are {known}", unit=unit, known=("Pa",))
        return unit


CASES = {
    "ours": (
        {"unit": "psi", "size": 1},
        "unit: the unit 'psi' is unknown; known are Pa.",
        "unit: đơn vị 'psi' không biết; các đơn vị đã biết: Pa.",
    ),
    "misspelt, and one missing": (
        {"unit": "Pa", "plaec": "here"},
        "'size' is missing; unknown key 'plaec' (did you mean 'place'?).",
        "thiếu 'size'; khóa không biết 'plaec' (có phải là 'place'?).",
    ),
    "like none": (
        {"unit": "Pa", "size": 1, "colour": "red"},
        "unknown key 'colour'.",
        "khóa không biết 'colour'.",
    ),
    "in pydantic's words": (
        {"unit": "Pa", "size": -1},
        "size: Input should be greater than 0.",
        "size: Input should be greater than 0.",
    ),
}


@pytest.mark.parametrize(("stated", "english", "vietnamese"), CASES.values(), ids=CASES)
def test_faults_are_told(stated: dict[str, object], english: str, vietnamese: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked("dut", stated, Details)
    start, end = "[instruments.dut.details] ", "unit, size, place."
    assert str(caught.value) == f"{start}{english} Correct it; there are {end}"
    told = caught.value.told(translation("vi"))
    assert told == f"{start}{vietnamese} Hãy sửa lại; có các khóa: {end}"
