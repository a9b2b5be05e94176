"""What a check of a certificate finds: which rule, where, what."""

from dataclasses import dataclass
from enum import Enum

from station.errors import Phrase
from station.locale import N_, Translate


class Weight(Enum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


WEIGHED = {
    Weight.ERROR: N_("error: {found}"),
    Weight.WARNING: N_("warning: {found}"),
    Weight.NOTE: N_("note: {found}"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `where` is a path in the document, empty for the whole."""

    weight: Weight
    rule: str
    where: str
    words: Phrase

    def __str__(self) -> str:
        return self.told(str)

    @property
    def what(self) -> str:
        """What was found, in English, for programs."""
        return str(self.words)

    def told(self, translate: Translate) -> str:
        """Return it in the language of `translate`; rule and place are names."""
        place = Phrase(" at {where}", where=self.where) if self.where else ""
        found = Phrase("{rule}{place}: {what}", rule=self.rule, place=place, what=self.words)
        return Phrase(WEIGHED[self.weight], found=found).told(translate)


def error(rule: str, where: str, words: Phrase) -> Finding:
    """Return a finding that makes the certificate unacceptable."""
    return Finding(Weight.ERROR, rule, where, words)


def warning(rule: str, where: str, words: Phrase) -> Finding:
    """Return a finding that a reader should know of."""
    return Finding(Weight.WARNING, rule, where, words)


def note(rule: str, where: str, words: Phrase) -> Finding:
    """Return something that was not checked, and why."""
    return Finding(Weight.NOTE, rule, where, words)
