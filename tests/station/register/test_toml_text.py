"""TOML written out of what was read: the same again, and nothing that is no TOML."""

import math
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.errors import BadInput
from station.register.toml_text import dumps, loads

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(allow_nan=False, allow_infinity=False)
SCALARS = NUMBERS | TEXTS | st.booleans() | st.dates()
TABLES = st.recursive(
    st.dictionaries(TEXTS, SCALARS, max_size=4),
    lambda inner: st.dictionaries(
        TEXTS, SCALARS | inner | st.lists(inner, max_size=3) | st.lists(SCALARS, max_size=3),
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


def written(part: Any) -> Any:
    """A tree with its numbers as they are written."""
    if isinstance(part, dict):
        return {key: written(value) for key, value in part.items()}
    if isinstance(part, list):
        return [written(value) for value in part]
    return str(part) if isinstance(part, Decimal) else part


def plain(part: Any) -> Any:
    """A tree whose whole decimals are whole numbers, as TOML has them."""
    if isinstance(part, dict):
        return {key: plain(value) for key, value in part.items()}
    if isinstance(part, list):
        return [plain(value) for value in part]
    text = str(part)
    whole = isinstance(part, Decimal) and text.lstrip("-").isdecimal()
    return int(text) if whole else part


@given(TABLES)
def test_what_is_written_is_read_again(tree: dict[str, Any]) -> None:
    assert written(loads(dumps(tree).encode(), name="x")) == written(plain(tree))


@pytest.mark.parametrize(
    "value", [Decimal("Infinity"), Decimal("NaN"), time(7, 30), math.inf, None], ids=str
)
def test_what_is_no_figure_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match="cannot be written as TOML"):
        dumps({"x": value})
