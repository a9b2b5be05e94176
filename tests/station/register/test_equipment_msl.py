"""A register of the kind of msl-equipment, written by hand: what is taken, and what is told."""

from pathlib import Path

import pytest

from station.clock import SystemClock
from station.errors import BadInput
from station.records.store import open_store
from station.register import book
from station.register.entries import ServiceKind
from station.register.equipment_intake import Wish, take_in
from station.register.imports import msl
from station.register.imports.mapping import MappingFile, TableMapping

NAMESPACE = "https://measurement.govt.nz/equipment-register"


def report(identity: str, content: str, *, dated: str = "2026-02-03") -> str:
    return f"""<component name="Probe 1"><report id="{identity}" enteredBy="A. N. Other">
      <reportIssueDate>2026-02-20</reportIssueDate>
      <measurementStartDate>2026-02-01</measurementStartDate>
      <measurementStopDate>{dated}</measurementStopDate>
      <issuingLaboratory person="A. N. Other">Example Institute</issuingLaboratory>
      <technicalProcedure>P.1</technicalProcedure><conditions/><acceptanceCriteria/>{content}
    </report></component>"""


def equipment(calibrations: str, *, identity: str = "E.001", status: str = "Active") -> str:
    return f"""<equipment enteredBy="A. N. Other"><id>{identity}</id>
      <manufacturer>Probe Makers</manufacturer><model>P-1</model><serial>S-{identity}</serial>
      <description>A probe</description><specifications/><location>Room 3</location>
      <status>{status}</status><loggable>true</loggable><traceable>true</traceable>
      <calibrations>{calibrations}</calibrations>
      <maintenance><planned/><completed>
        <task dueDate="2026-01-01" completedDate="2026-01-02" performedBy="B">Cleaned</task>
      </completed></maintenance>
      <alterations>
        <alteration date="2025-12-24" performedBy="C">New cable</alteration>
      </alterations>
      <firmware><version date="2024-01-01">1.0</version><version date="2025-01-01">1.1</version>
      </firmware><specifiedRequirements/><referenceMaterials/><qualityManual/></equipment>"""


def measurand(content: str, quantity: str = "Temperature", years: str = "2.5") -> str:
    return f'<measurand quantity="{quantity}" calibrationInterval="{years}">{content}</measurand>'


def register(*pieces: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><register team="Mass" xmlns="{NAMESPACE}">'
        + "".join(pieces)
        + "</register>"
    ).encode()


CVD = """<cvdCoefficients><R0>100.0189</R0><A>0.003913</A><B>-6.0560e-07</B><C>1.372e-12</C>
  <D>0.0</D><uncertainty variables="">0.0056/2</uncertainty>
  <range><minimum>-10.0</minimum><maximum>70.00</maximum></range></cvdCoefficients>"""

EQUATION = """<equation><value variables="R">R - 7.1310e-2 - 3.951e-2*R + 3.412e-4*pow(R,2)</value>
  <uncertainty variables="">0.355</uncertainty><unit>%rh</unit>
  <ranges><range variable="R"><minimum>30.0</minimum><maximum>80.0</maximum></range></ranges>
  </equation>"""

TABLE = """<table><type>double,double,double</type><unit>V,mV,uV</unit>
  <header>Setting,Found,u(Found)</header>
  <data>1.000,1000.012,3.0
        10.000,10000.10,20
  </data></table>"""


def read(content: str, **said: object) -> msl.Entered:
    mapping = MappingFile(table=(TableMapping.model_validate(said),)) if said else MappingFile()
    (found,) = msl.read(register(equipment(content)), name="r.xml", mapping=mapping, by="a")
    return found


def test_equipment_and_what_was_done_with_it() -> None:
    found = read(measurand(report("R-1", CVD)))
    said = found.equipment
    assert (said.equipment, said.maker, said.type, said.serial) == (
        "E.001", "Probe Makers", "P-1", "S-E.001",
    )  # fmt: skip
    assert (said.location, said.firmware, said.interval_months) == ("Room 3", "1.1", 30)
    assert [(each.what, str(each.on), each.note) for each in found.services] == [
        (ServiceKind.MAINTENANCE, "2026-01-02", "Cleaned (B)"),
        (ServiceKind.REPAIR, "2025-12-24", "New cable (C)"),
    ]


def test_callendar_van_dusen_keeps_its_digits() -> None:
    (tree,) = read(measurand(report("R-1", CVD))).certificates
    equation = tree["equation"][0]
    assert [str(each["value"]) for each in equation["coefficients"]] == [
        "100.0189", "0.003913", "-6.0560E-7", "1.372E-12",
    ]  # fmt: skip
    assert (str(equation["low"]), str(equation["high"])) == ("-10.0", "70.00")
    assert float(equation["fit_uncertainty"]) == 0.0028
    assert str(tree["certificate"]["due"]) == "2028-08-03"


def test_an_equation_in_one_variable() -> None:
    (tree,) = read(measurand(report("R-1", EQUATION), "Humidity")).certificates
    equation = tree["equation"][0]
    assert equation["expression"] == "unity*(x - 7.1310e-2 - 3.951e-2*x + 3.412e-4*x**2)"
    assert (equation["quantity"], equation["unit"]) == ("humidity", "%rh")


def test_a_table_needs_a_mapping() -> None:
    content = measurand(report("R-1", TABLE.replace("uV", "µV")), "Voltage DC")
    (note,) = map(str, read(content).notes)
    assert "Not taken: E.001, report R-1: columns 1 'Setting'" in note
    found = read(
        content, list="Probe 1", nominal="Setting", actual="Found", U="u(Found)", k=1,
        stability=({"days": 365, "ppm": "5"},),
    )  # fmt: skip
    (tree,) = found.certificates
    assert tree["table"][0]["quantity"] == "dc-voltage"
    assert [
        tuple(str(value) for value in point.values())
        for point in tree["table"][0]["range"][0]["points"]
    ] == [("1.000", "0.000012", "0.0000030", "1"), ("10.000", "0.00010", "0.000020", "1")]


NOT_TAKEN: dict[str, tuple[str, str]] = {
    "two variables": (EQUATION.replace('"R"', '"R t"', 1), "an equation in 2 variables"),
    "an uncertainty that varies": (
        CVD.replace('variables=""', 'variables="t"'), "uncertainty depends on variables"
    ),
    "code for an uncertainty": (CVD.replace("0.0056/2", "__import__('os')/2"), "report R-1"),
    "no number for an uncertainty": (CVD.replace("0.0056/2", "1/0"), "is no number"),
    "a coefficient D": (CVD.replace("<D>0.0", "<D>0.1"), "coefficient D"),
    "a file": ("<file><url>x.xlsx</url><sha256>0</sha256></file>", "import its file"),
    "ragged": (TABLE.replace(",3.0", "").replace("uV", "µV"), "different lengths"),
    "no unit of ours": (TABLE, "uV"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_not_taken_is_told(name: str) -> None:
    content, words = NOT_TAKEN[name]
    found = read(measurand(report("R-1", content)))
    assert found.certificates == ()
    assert len(found.notes) == 1
    assert words in str(found.notes[0])


BROKEN: dict[str, tuple[bytes, str]] = {
    "entities": (b"<!DOCTYPE x [<!ENTITY a 'a'>]>" + register(), "document type|not well-formed"),
    "another document": (f'<other xmlns="{NAMESPACE}"/>'.encode(), "not an equipment register"),
    "no serial number": (
        register(equipment("").replace("<serial>S-E.001</serial>", "<serial/>")),
        "no serial number",
    ),
    "no day": (register(equipment("").replace("2026-01-02", "spring")), "'spring' is not a day"),
    "no interval": (
        register(equipment(measurand("", years="nan"))), "'nan' is not a number"
    ),
    "more than anybody has": (register("<equipment/>" * 2001), "2001 pieces; at most 2000"),
    "a long interval": (register(equipment(measurand("", years="1e9"))), "an interval of 1E"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_register_is_refused(name: str) -> None:
    content, words = BROKEN[name]
    with pytest.raises(BadInput, match=words):
        msl.read(content, name="r.xml", mapping=MappingFile(), by="a")


def test_a_register_is_taken_in_twice_and_stands_once(tmp_path: Path) -> None:
    content = register(
        equipment(measurand(report("R-1", CVD))),
        equipment(measurand(report("R-2", EQUATION), "Humidity"), identity="E.002", status="Lost"),
    )
    with open_store(str(tmp_path / "station.db")) as store:
        for _ in range(2):
            take_in(store, SystemClock(), content, name="r.xml", wish=Wish(by="a"))
        found = book.read(store)
        kept = store.document(found.equipment["E.001"].certificates[0].original)
    assert kept == content
    assert found.length == 9  # per piece: entered, two services, a certificate; and one is out
    assert found.equipment["E.002"].retired == "status Lost in the register taken over"
    assert [c.number for c in found.equipment["E.001"].certificates] == ["R-1"]


def test_a_report_that_cannot_be_used_does_not_stop_the_others(tmp_path: Path) -> None:
    evil = EQUATION.replace("pow(", "evil(")
    content = register(equipment(measurand(report("R-1", evil) + report("R-2", CVD))))
    with open_store(str(tmp_path / "station.db")) as store:
        (taken,) = take_in(store, SystemClock(), content, name="r.xml", wish=Wish(by="a"))
    assert taken.certificate is not None
    assert taken.certificate.number == "R-2"
    assert len(taken.notes) == 1
    assert "evil" in str(taken.notes[0])
