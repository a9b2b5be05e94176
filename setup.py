"""Compile the translations when the package is built; everything else is in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """`build_py` that first turns each .po catalogue into the .mo that gettext reads."""

    def run(self) -> None:
        """Compile, then build as usual."""
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for source in Path("station/locale").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as binary:
                write_mo(binary, read_po(text, locale=source.parts[-3]))
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogues})
