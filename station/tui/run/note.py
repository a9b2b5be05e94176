"""The dialog for a remark on a point, with a photo or another file that goes with it."""

import hashlib
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.errors import BadInput
from station.files import named
from station.run.inbox import Note
from station.tui.parts.dialogs import CANCEL
from station.tui.parts.folding import composed
from station.tui.parts.words import Speech, point_name
from station.tui.run.look import Planned

LARGEST_BYTES = 64 * 1024 * 1024
"""Of a file that a note names: a photo, not a film."""


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file that goes with a note.

    Raises:
        BadInput: it cannot be read, or is too large for a photo.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BadInput("✗ The file is larger than 64 MB: give a photo or a page.")
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInput(
            "✗ The file cannot be read ({reason}). Give the path of a photo or another file.",
            reason=error,
        ) from error


class NoteDialog(ModalScreen[Note | None]):
    """Asks for a remark on a point, and the path of a photo where there is one."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL]

    def __init__(self, point: Planned, by: str, say: Speech) -> None:
        super().__init__()
        self._point = point
        self._by = by
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._say
        with Vertical(classes="dialog"):
            yield Label(say("A note on this point, for the record"), classes="title")
            yield Label(point_name(self._point, say), markup=False)
            yield Label(say("Note:"))
            yield Input(compact=True, id="text")
            yield Label(say("Photo or another file (its path; may be left empty):"))
            yield Input(compact=True, id="path")
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: write it down   Tab: next line   Esc: leave it"))

    def on_input_submitted(self) -> None:
        """Write the note, if it says something and its file can be read."""
        text = composed(self.query_one("#text", Input).value)
        path = self.query_one("#path", Input).value.strip()
        if not (text or path):
            self._refuse(self._say("✗ Nothing is noted yet."))
            return
        try:
            sha256 = digest_of(named(path)) if path else ""
        except BadInput as error:
            self._refuse(error.told(self._say))
            return
        note = Note(point=self._point.id, text=text, path=path, sha256=sha256, by=self._by)
        self.dismiss(note)

    def _refuse(self, why: str) -> None:
        self.query_one("#refusal", Static).update(why)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)
