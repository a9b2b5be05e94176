"""Equipment as a TOML file: what it is, its certificates with all figures, what was done with it.

    [equipment]
    id = "CAL-01"
    title = "Multifunction calibrator"
    maker = "Fluke"
    type = "5522A"
    serial = "4872301"
    location = "Room 3"                  # optional, like all below
    firmware = "2.1"
    interval_months = 12
    note = ""

    [[certificates]]                     # each as in a certificate file of its own
    [certificates.certificate]
    number = "V24-1034"
    …
    [[certificates.table]]
    …

    [[history]]
    what = "maintenance"                 # adjustment, maintenance, repair, intermediate check, …
    on = 2026-03-01
    note = "fan filter"

Who accepted a certificate is not in it: whoever enters it elsewhere accepts it there.
"""

import re
from datetime import date

from pydantic import Field

from station.files import parse_toml
from station.metrology.reference_file import CertificateFile
from station.records.store import Store
from station.register import entries as e
from station.register.state import Equipment
from station.register.toml_text import Tree, dumps, loads
from station.run.plan import Record

NAME = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")

TEXT = Field(default="", max_length=4000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$")
"""Lines of words; what steers a terminal is none."""


class EquipmentTable(Record):
    """What the equipment is."""

    id: str = NAME
    title: str = NAME
    maker: str = NAME
    type: str = NAME
    serial: str = NAME
    location: str = TEXT
    firmware: str = TEXT
    interval_months: int | None = Field(default=None, gt=0, le=1200)
    note: str = TEXT

    def entry(self, by: str) -> e.EquipmentEntered:
        """Return the entry that says so."""
        return e.EquipmentEntered(by=by, equipment=self.id, **self.model_dump(exclude={"id"}))


class DoneTable(Record):
    """Something that was done with it, or happened to it."""

    what: e.ServiceKind
    on: date
    passed: bool | None = None
    note: str = TEXT


class EquipmentFile(Record):
    """The whole file."""

    equipment: EquipmentTable
    certificates: tuple[CertificateFile, ...] = ()
    history: tuple[DoneTable, ...] = ()


def read_file(content: bytes, *, name: str) -> tuple[EquipmentFile, tuple[bytes, ...]]:
    """Return an equipment file, and each certificate in it as a file of its own, digit for digit.

    Raises:
        BadInput: it is not TOML, or does not fit.
    """
    file = parse_toml(content, EquipmentFile, name=name)
    trees = loads(content, name=name).get("certificates", [])
    return file, tuple(dumps(tree).encode() for tree in trees)


def file_name(equipment: Equipment, number: str = "", ending: str = "toml") -> str:
    """Return a name that no id and no number of a certificate can lead out of its folder with."""
    words = (equipment.entered.equipment, number)
    plain = (re.sub(r"[^\w.-]+", "_", word).strip("._") for word in words)
    return f"{'_'.join(filter(None, plain)) or 'equipment'}.{ending}"


def kept_trees(store: Store, equipment: Equipment) -> list[tuple[e.CertificateEntered, Tree]]:
    """Return the certificates of equipment with their files as kept, digit for digit.

    Raises:
        BadInput, Tampered: a kept certificate is missing or changed.
    """
    return [
        (each, loads(store.document(each.document), name=f"kept certificate {each.number}"))
        for each in equipment.certificates
    ]


def write_file(store: Store, equipment: Equipment) -> str:
    """Return equipment as a file, its certificates digit for digit as they are kept.

    Raises:
        BadInput, Tampered: a kept certificate is missing or changed.
    """
    said = equipment.entered
    table = said.model_dump(exclude={"kind", "by", "equipment"}, exclude_none=True)
    tree: Tree = {"equipment": {"id": said.equipment, **table}}
    if equipment.certificates:
        tree["certificates"] = [kept for _, kept in kept_trees(store, equipment)]
    if equipment.history:
        tree["history"] = [
            {"what": each.what.value}
            | each.model_dump(exclude={"kind", "by", "equipment", "what"}, exclude_none=True)
            for each in equipment.history
        ]
    return dumps(tree)
