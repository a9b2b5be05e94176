"""Sessions of this user on this computer: a token in a file that nobody else reads.

A computer at a bench has one user for several persons: whoever signs in at one terminal is not
signed in at another.
"""

import hashlib
import os
import stat
import warnings
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from station.errors import BadInput, Refused

MOST_BYTES = 4096

SEAT = "STATION_SEAT"
"""The variable that names the seat, for what runs without a terminal of its own."""


def seat() -> str:
    """Return where somebody sits: what STATION_SEAT says, else the terminal, else nothing."""
    if SEAT in os.environ:
        return os.environ[SEAT]
    if os.name != "posix":
        return ""
    for stream in range(3):
        try:
            return os.ttyname(stream)
        except OSError:
            # This one is a file or a pipe; another may be the terminal.
            continue
    return ""


class Session(BaseModel):
    """Who is signed in to a store, and the token that proves it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    login: str
    token: str


def keep(store: str, session: Session) -> Path:
    """Write the session of this seat with the store at that address down; return where.

    Raises:
        Refused: others could read it there.
        BadInput: it cannot be written.
    """
    path = _path(store)
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _refuse_open_folder(path.parent)
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(session.model_dump_json())
        fresh.replace(path)
    except OSError as error:
        raise BadInput(
            "{path}: the session cannot be kept ({why}).", path=path, why=error
        ) from error
    return path


def kept(store: str) -> Session | None:
    """Return the session of this seat with the store at that address, or None.

    Raises:
        Refused: somebody else could have put it there.
    """
    path = _path(store)
    try:
        _refuse_open_folder(path.parent)
        with path.open("rb") as file:
            return Session.model_validate_json(file.read(MOST_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise Refused(
            "{path} is no session. `station logout`, then `station login`.", path=path
        ) from error


def forget(store: str) -> None:
    """Remove the session of this seat with the store at that address."""
    _path(store).unlink(missing_ok=True)


def _path(store: str) -> Path:
    from platformdirs import user_runtime_path

    if store.startswith("sqlite:///"):
        # The same file is the same store from whichever folder it is named.
        store = str(Path(store.removeprefix("sqlite:///")).resolve())
    with warnings.catch_warnings():
        # It warns of a folder it does not trust, and names another; we look at it ourselves.
        warnings.simplefilter("ignore")
        folder = user_runtime_path("calibration-station", appauthor=False) / "sessions"
    place = f"{store}\n{seat()}"
    return folder / f"{hashlib.sha256(place.encode()).hexdigest()[:32]}.json"


def _refuse_open_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    # Whoever owns a folder above could put another one in its place.
    owners = {path.stat().st_uid for path in (folder, folder.parent, folder.parent.parent)}
    if owners != {os.getuid()} or stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise Refused(
            "{folder} is not this user's alone. Remove it, then `station login`.", folder=folder
        )
