"""What the bench file says of an item, checked where it comes in."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from station.errors import BadInput, Phrase, joined


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
        told = (_fault(each, known) for each in error.errors(include_url=False))
        faults = joined(told, "; ")
        raise BadInput(
            "[instruments.{role}.details] {faults}{stop} Correct it; there are {known}.",
            role=role,
            faults=faults,
            stop="" if str(faults).endswith((".", "?")) else ".",
            known=tuple(known),
        ) from error


def _fault(fault: ErrorDetails, known: Sequence[str]) -> Phrase:
    """Return what is wrong; what pydantic says of a value stays in its own words."""
    key = ".".join(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(key, known, n=1)
        if near:
            return Phrase("unknown key {key!r} (did you mean {near!r}?)", key=key, near=near[0])
        return Phrase("unknown key {key!r}", key=key)
    if fault["type"] == "missing":
        return Phrase("{key!r} is missing", key=key)
    said = fault["ctx"]["error"] if fault["type"] == "value_error" else fault["msg"].rstrip(".")
    return Phrase("{key}: {said}", key=key, said=said) if key else Phrase("{said}", said=said)
