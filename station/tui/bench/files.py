"""Which bench files there are to choose from: the last one, those beside it, the demonstration."""

from importlib.resources import files
from pathlib import Path

from station.tui.desk import Desk
from station.tui.parts.chooser import Offer

MOST_BYTES = 200_000
"""A larger file is no bench file."""


def remembered(desk: Desk) -> Path | None:
    """Return the bench file that was used last, if it is still there."""
    named = desk.memory.settings.bench
    return Path(named) if named and Path(named).is_file() else None


def to_begin_with(desk: Desk, folder: Path) -> Path:
    """Return the bench file to show first: that of last time, one at hand, the demonstration."""
    last = remembered(desk)
    return bench_files(desk, folder)[0] if last is None else last


def bench_files(desk: Desk, folder: Path) -> list[Path]:
    """Return the bench files beside the remembered one and in `folder`, then the demonstration."""
    last = remembered(desk)
    folders = [*([last.parent] if last else []), folder, folder / "benches"]
    found = [path.resolve() for each in folders for path in sorted(each.glob("*.toml"))]
    demo = Path(str(files("station.demo").joinpath("bench.toml")))
    ordered = [*([last.resolve()] if last else []), *found, demo]
    return [path for path in dict.fromkeys(ordered) if _is_bench(path)]


def offers(desk: Desk, folder: Path) -> list[Offer]:
    """Return them to be chosen from."""
    return [Offer(str(path), str(path)) for path in bench_files(desk, folder)]


def _is_bench(path: Path) -> bool:
    try:
        if path.stat().st_size > MOST_BYTES:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    return b"[bench]" in content and b"[instruments." in content
