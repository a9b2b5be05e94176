"""Which program this is: name, version, and the digest of its own source text."""

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def software() -> str:
    """Return the program's name and version."""
    return f"calibration-station {version('calibration-station')}"


@cache
def software_digest() -> str:
    """Return the hexadecimal SHA-256 of the source of drivers, station and procedures.

    Two runs with the same digest were computed by the same code, whatever the version says.
    """
    digest = hashlib.sha256()
    for package in ("drivers", "station", "procedures"):
        for name, file in sorted(_sources(files(package), package)):
            digest.update(f"{name}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable, path: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for item in folder.iterdir():
        name = f"{path}/{item.name}"
        if item.is_dir():
            found += _sources(item, name)
        elif item.name.endswith((".py", ".toml", ".typ")):
            found.append((name, item))
    return found
