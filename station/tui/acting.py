"""What is written into the register from here: by whoever sits here, who has proved it."""

from station.errors import Refused
from station.register import book
from station.register.book import Decide
from station.register.people import has_accounts, in_session
from station.register.state import Register
from station.tui.desk import Desk


def act(desk: Desk, decide: Decide) -> Register:
    """Write what `decide` returns, if whoever sits here is signed in; may block.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    refuse_unproved(desk, book.read(desk.store))
    return book.act(desk.store, desk.wall, decide)


def refuse_unproved(desk: Desk, register: Register) -> None:
    """Refuse where people are checked and whoever sits here has no session.

    Raises:
        Refused: it is over, or another person's.
    """
    from station.register.sessions import kept

    if not has_accounts(register):
        return
    session = kept(desk.store.url)
    now = desk.wall.now()
    if session is None or not (
        session.login == desk.by and in_session(register, desk.by, session.token, now)
    ):
        raise Refused("{by} is not signed in, or not any more: sign in again (Ctrl+P).", by=desk.by)
