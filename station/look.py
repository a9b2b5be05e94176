"""A look at an instrument of an open bench: who answers, and what stands in its error queue."""

from dataclasses import dataclass

from drivers.capabilities import Identity, Instrument
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentError


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found.

    Attributes:
        identity: who answers; None where nobody does, or somebody else.
        failure: why there is no identity, or why the error queue could not be read.
        errors: what stood in the error queue, which is empty now; None where it has none.
    """

    identity: Identity | None = None
    failure: InstrumentError | None = None
    errors: tuple[str, ...] | None = None


def dialogue_of(instrument: Instrument) -> Dialogue | None:
    """Return the conversation of an instrument with an interface; None of what is read by hand."""
    dialogue: object = getattr(instrument, "dialogue", None)
    return dialogue if isinstance(dialogue, Dialogue) else None


def look_at(instrument: Instrument) -> Looked:
    """Ask an instrument who it is, and empty its error queue."""
    identity, dialogue = None, dialogue_of(instrument)
    try:
        identity = instrument.identify()
        errors = None if dialogue is None else dialogue.errors()
    except InstrumentError as failure:
        return Looked(identity, failure)
    return Looked(identity, errors=errors)
