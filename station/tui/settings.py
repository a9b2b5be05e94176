"""What the console remembers from one day to the next: a small file, never in anybody's way."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from station.errors import BadInput
from station.files import read_toml


class Settings(BaseModel):
    """The remembered choices; "" is none.

    Attributes:
        theme: name of a theme (`station.tui.themes`).
        language: of the texts.
        bench: bench file used last.
        procedure: procedure carried out last.
        folder: where certificates were written last.
        key: file or token that they were signed with last; never its password.
        tsa: time stamp server that was asked last.
        crls: files with revocation lists that were put in last, with ";" between.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str = ""
    language: Literal["", "vi", "en"] = ""
    bench: str = ""
    procedure: str = ""
    folder: str = ""
    key: str = ""
    tsa: str = ""
    crls: str = ""


@dataclass
class Memory:
    """Keeps the settings at `path`; None keeps them as long as the program runs.

    Attributes:
        settings: as they are now.
        complaint: what was wrong with the file, None where nothing was.
    """

    path: Path | None = None
    settings: Settings = field(default_factory=Settings)
    complaint: BadInput | None = None

    def keep(self, **changes: str) -> BadInput | None:
        """Remember other choices, on disk at once; return why they are not there, or None.

        They hold until the program ends in any case: nobody is kept from working.
        """
        changed = Settings.model_validate({**self.settings.model_dump(), **changes})
        if changed == self.settings:
            return None
        self.settings = changed
        return None if self.path is None else _write(self.path, changed)


def settings_path() -> Path:
    """Return where this user's settings are kept."""
    from platformdirs import user_config_path

    return user_config_path("calibration-station", appauthor=False) / "console.toml"


def remembered(path: Path) -> Memory:
    """Return what is kept at `path`; a file that is not understood is as none, with a word."""
    try:
        return Memory(path, read_toml(path, Settings) if _is_there(path) else Settings())
    except BadInput as wrong:
        return Memory(path, complaint=wrong)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be looked into: reading says so
        return True


def _write(path: Path, settings: Settings) -> BadInput | None:
    """Write the whole file or nothing: a crash leaves the old one."""
    from station.register.toml_text import dumps

    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(dumps(settings.model_dump(exclude_defaults=True)), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        return BadInput(
            "{path}: the settings cannot be kept ({why}).", path=path, why=error.strerror
        )
    return None
