"""What is installed: every file that the program reads goes along with it."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEFT_OUT = {".py", ".pyc", ".typed", ".po", ".mako"}
"""Modules and their mark go along by themselves; catalogues are compiled when the package is built;
new migrations are written in the source tree alone."""


@pytest.mark.parametrize("package", ["drivers", "simulators", "station", "procedures"])
def test_every_file_beside_the_modules_is_installed(package: str) -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        patterns = tomllib.load(file)["tool"]["setuptools"]["package-data"][package]
    installed = {path for pattern in patterns for path in (ROOT / package).glob(pattern)}
    there = {path for path in (ROOT / package).rglob("*") if path.is_file()}
    missing = {path for path in there - installed if path.suffix not in LEFT_OUT}
    assert {str(path.relative_to(ROOT)) for path in missing} == set()
