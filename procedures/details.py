"""What the bench file says of an item, checked where it comes in."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from station.errors import BadInput


class Stated(BaseModel):
    """A frozen value that refuses unknown fields, and numbers that are none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


StatedT = TypeVar("StatedT", bound=BaseModel)


def checked(role: str, stated: Mapping[str, Any], model: type[StatedT]) -> StatedT:
    """Return the details of the item `role`.

    Raises:
        BadInput: one is unknown, missing or impossible; all of them are named.
    """
    try:
        return model.model_validate(dict(stated))
    except ValidationError as error:
        known = [field.alias or name for name, field in model.model_fields.items()]
        faults = "; ".join(_fault(each, known) for each in error.errors(include_url=False))
        raise BadInput(
            f"[instruments.{role}.details] {faults}. Correct it; there are {', '.join(known)}."
        ) from error


def _fault(fault: ErrorDetails, known: Sequence[str]) -> str:
    key = ".".join(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(key, known, n=1)
        return f"unknown key {key!r}" + (f" (did you mean {near[0]!r}?)" if near else "")
    if fault["type"] == "missing":
        return f"{key!r} is missing"
    said = fault["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{key}: {said}" if key else said
