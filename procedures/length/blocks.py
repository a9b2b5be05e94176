"""Lengths made up of gauge blocks: how they are written, and what the certificate says of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from procedures.length.limits import block_table
from station.errors import BadInput
from station.evidence import Evidence, StandardValue
from station.metrology.inputs import Input, rectangular

BLOCKS, LENGTH = "blocks", "length"
"""Role of the set, and the table of its certificate: deviation by nominal length."""

FILM_METRES = 0.05e-6
"""Half-width (m) of the film between two wrung blocks: this laboratory's allowance."""

_NUMBER = r"\d+(?:\.\d+)?"
_LENGTH = re.compile(rf"({_NUMBER})(?:=({_NUMBER}(?:\+{_NUMBER})*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stack:
    """A length made up of blocks: nominal lengths (m); none are closed jaws."""

    blocks: tuple[float, ...]
    text: str

    @property
    def nominal(self) -> float:
        """Nominal length (m)."""
        return float(Decimal(self.text).scaleb(-3))


CLOSED = Stack((), "0")


def stacks(text: str, *, what: str) -> tuple[Stack, ...]:
    """Return the lengths in `text`, in mm: "10, 41.3, 125=100+25" or "none".

    Raises:
        BadInput: it is not written so, or blocks do not add up; `what` is the detail's name.
    """
    if text.strip() in ("", "none"):
        return ()
    found = tuple(_stack(part.replace(" ", ""), what) for part in text.split(","))
    if len({stack.nominal for stack in found}) < len(found):
        raise BadInput("{what}: {text!r} has a length twice. Name each once.", what=what, text=text)
    return found


def _stack(text: str, what: str) -> Stack:
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise BadInput(
            "{what}: {text!r} is no length. Write lengths in mm with commas between them, and "
            "blocks that are wrung as 125=100+25.",
            what=what,
            text=text,
        )
    total, parts = Decimal(found[1]), [Decimal(each) for each in (found[2] or found[1]).split("+")]
    if sum(parts) != total or len(set(parts)) < len(parts):
        raise BadInput(
            "{what}: {text!r} does not add up, or takes one block twice. Correct it.",
            what=what,
            text=text,
        )
    if not min(parts) > 0:
        raise BadInput(
            "{what}: {text!r} asks for a block of 0 mm; there is none. Leave it out: closed faces "
            "are tried without it.",
            what=what,
            text=text,
        )
    return Stack(tuple(float(each.scaleb(-3)) for each in parts), found[1])


def standard_length(stack: Stack, evidence: Evidence) -> StandardValue:
    """Return the length (m) of a stack at 20 °C.

    Blocks of one certificate share their reference: their uncertainties and changes are added,
    not their squares.

    Raises:
        OutOfCertificate: a block is not in the certificate.
    """
    values = [evidence.set_to(BLOCKS, LENGTH, block) for block in stack.blocks]
    if not values:
        return StandardValue(0.0, 0.0, "the faces on each other: 0 mm", 0.0, "none: no block")
    return wrung(values)


def wrung(values: Sequence[StandardValue]) -> StandardValue:
    """Return the length of blocks that are wrung together, fully correlated (JCGM 100, F.1.2.3)."""
    return StandardValue(
        actual=sum(each.actual for each in values),
        standard_uncertainty=sum(each.standard_uncertainty for each in values),
        certificate=" + ".join(each.certificate for each in values),
        drift_half_width=sum(each.drift_half_width for each in values),
        drift_source=" + ".join(dict.fromkeys(each.drift_source for each in values)),
        dof=min(each.dof for each in values),
    )


def faces_of(stack: Stack, grade: str) -> Input:
    """Return what it adds where the faces of the blocks are touched (m).

    Raises:
        BadInput: ISO 3650 has no such block.
    """
    table = block_table()
    if not stack.blocks:
        return rectangular("faces", half_width=0.0, source="no block")
    varies = sum(table.variation(grade, block) for block in stack.blocks)
    films = FILM_METRES * (len(stack.blocks) - 1)
    source = f"variation in length of grade {grade}: {table.source}"
    if films:
        source += f"; films between {len(stack.blocks)} blocks: laboratory's allowance"
    return rectangular("faces", half_width=varies + films, source=source)
