"""Roles of a bench in the reader's words; bench files, journals and commands keep the keys."""

from station.errors import Phrase
from station.locale import N_, Translate

ROLES = frozenset(
    (
        N_("balance"),
        N_("blocks"),
        N_("calibrator"),
        N_("chamber"),
        N_("comparator"),
        N_("controller"),
        N_("counter"),
        N_("dut"),
        N_("load"),
        N_("meter"),
        N_("probes"),
        N_("reference"),
        N_("source"),
        N_("weights"),
    )
)
"""Of our procedures and their benches; any other is told as it is."""


def role_phrase(role: str) -> Phrase:
    """Return a role as a part of a sentence; "dut-2" is the second of its kind."""
    name, _, number = role.partition("-")
    if name in ROLES and number.isdecimal():
        return Phrase("{role}-{number}", role=Phrase(name), number=number)
    return Phrase(role) if role in ROLES else Phrase("{words}", words=role)


def role_words(role: str, say: Translate) -> str:
    """Return a role in the reader's words."""
    return role_phrase(role).told(say)
