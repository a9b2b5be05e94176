"""What a check of a certificate finds: which rule, where, what."""

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `where` is a path in the document, empty for the whole."""

    weight: Weight
    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.weight.value}: {self.rule}{place}: {self.what}"


def error(rule: str, where: str, what: str) -> Finding:
    """Return a finding that makes the certificate unacceptable."""
    return Finding(Weight.ERROR, rule, where, what)


def warning(rule: str, where: str, what: str) -> Finding:
    """Return a finding that a reader should know of."""
    return Finding(Weight.WARNING, rule, where, what)


def note(rule: str, where: str, what: str) -> Finding:
    """Return something that was not checked, and why."""
    return Finding(Weight.NOTE, rule, where, what)
