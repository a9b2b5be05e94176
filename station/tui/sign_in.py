"""Another person sits down: a login and a password, and the session that `station login` begins."""

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from station.errors import StationError
from station.tui.desk import Desk
from station.tui.parts.dialogs import CANCEL


def begin_session(desk: Desk, login: str, password: str) -> None:
    """Prove who it is and keep the session: engines started from here act with it.

    Raises:
        Refused: no such account, a wrong password, too early after wrong ones.
        StoreFailed: the store does not answer.
    """
    from station.register.people import sign_in
    from station.register.sessions import Session, keep

    token, _ = sign_in(desk.store, desk.wall, login, password)
    keep(desk.store.url, Session(login=login, token=token))


class SignInDialog(ModalScreen[str | None]):
    """Asks for login and password; returns who is signed in."""

    BINDINGS: ClassVar[list[BindingType]] = [CANCEL]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        say = self._desk.say
        with Vertical(classes="dialog"):
            yield Label(say("Sign in"), classes="title")
            yield Label(say("Login:"))
            yield Input(id="login", compact=True)
            yield Label(say("Password:"))
            yield Input(id="password", password=True, compact=True)
            yield Static(id="refusal", markup=False)
            yield Label(say("Enter: sign in   Tab: next field   Esc: leave it"))

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the password, then sign in; what is wrong is said here."""
        event.stop()
        login, password = (self.query_one(f"#{id}", Input) for id in ("login", "password"))
        if not password.value:
            password.focus()
            return
        who = login.value.strip()
        try:
            # In a thread: a password is compared slowly on purpose.
            await asyncio.to_thread(begin_session, self._desk, who, password.value)
        except StationError as error:
            password.value = ""
            self.query_one("#refusal", Static).update(f"✗ {error.told(self._desk.say)}")
        else:
            self.dismiss(who)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)
