"""Validation against PTB's XML schemas, offline.

The schema files are PTB's (LGPL-3.0) and travel in its own package `dcclib`, exactly version
0.3.0, which is an optional extra of ours; without it a certificate is still written by the rules,
and checked by ours, but not against the schema.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error, note
from station.errors import Phrase

if TYPE_CHECKING:
    from lxml.etree import XMLSchema, _Element

RULE = "schema"
MISSING = Phrase(
    "not checked: PTB's schema files are not installed. "
    "Install them with: pip install 'calibration-station[dcc]'"
)


def schema_findings(root: "_Element") -> Iterator[Finding]:
    """Yield what the schema of the document's own version says against it."""
    folder = schema_folder()
    if folder is None:
        yield note(RULE, "", MISSING)
        return
    version = root.get("schemaVersion", "")
    file = folder / "dcc" / f"v{version}.xsd"
    if not re.fullmatch(r"\d+\.\d+\.\d+", version) or not file.is_file():
        known = tuple(sorted(path.stem for path in (folder / "dcc").glob("v*.xsd")))
        what = Phrase(
            "no schema for version {version!r}; known: {known}", version=version, known=known
        )
        yield error(RULE, "", what)
        return
    schema = _load(file)
    if not schema.validate(root):
        # lxml-stubs do not know that an error log is a sequence.
        for fault in schema.error_log:  # type: ignore[attr-defined]
            yield error(RULE, f"line {fault.line}", Phrase("{fault}", fault=fault.message))


def schema_folder() -> Path | None:
    """Return where the installed `dcclib` keeps its schema files, or None; nothing is imported."""
    spec = find_spec("dcclib")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "validation" / "schema"
    return folder if (folder / "dcc").is_dir() else None


@cache
def _load(file: Path) -> "XMLSchema":
    from lxml import etree

    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(str(file), parser))
