"""Files people write are refused with the line, the key and a way out."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from station.bench_file import BenchFile
from station.errors import BadInput
from station.files import parse_toml, read_toml
from station.metrology.reference_file import CertificateFile

GOOD = """\
[bench]
name = "b"

[instruments.calibrator]
model = "fluke-5522a"
address = "GPIB0::4::INSTR"

[instruments.dut]
model = "keysight-34461a"
address = "GPIB0::22::INSTR"

[simulation]
seed = 7
"""

CASES = [
    pytest.param(
        "seed = 7", "sead = 7", "line 13: unknown key 'simulation.sead'", "'seed'", id="typo"
    ),
    pytest.param("[bench]", "[bensch]", "line 1: unknown key 'bensch'", "'bench'", id="table"),
    pytest.param(
        'address = "GPIB0::22::INSTR"',
        'adress = "GPIB0::22::INSTR"',
        "line 10: unknown key 'instruments.dut.adress'",
        "'address'",
        id="nested, the second of two alike",
    ),
    pytest.param(
        "seed = 7", 'seed = "x"', "line 13: 'simulation.seed' is 'x'", "integer", id="type"
    ),
    pytest.param('name = "b"', "", "line 1: 'bench.name' is missing", "", id="missing"),
    pytest.param("seed = 7", "seed = ", "not TOML", "line 13", id="not TOML"),
    pytest.param(
        'address = "GPIB0::22::INSTR"',
        'address = "GPIB0::4::INSTR"',
        "line 4: instruments: two instruments have the address GPIB0::4::INSTR.",
        "",
        id="one of our own, without the whole table in it",
    ),
]


@pytest.mark.parametrize(("old", "new", "where", "way_out"), CASES)
def test_a_mistake_is_named(old: str, new: str, where: str, way_out: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    with pytest.raises(BadInput) as caught:
        parse_toml(text.encode(), BenchFile, name="bench.toml")
    said = str(caught.value)
    assert where in said
    assert way_out in said
    assert all(line.startswith("bench.toml") for line in said.splitlines())


def test_a_good_file_is_read() -> None:
    file = parse_toml(GOOD.encode(), BenchFile, name="bench.toml")
    assert list(file.instruments) == ["calibrator", "dut"]
    assert file.simulation.seed == 7


def test_every_mistake_is_named_at_once() -> None:
    text = GOOD.replace("seed", "sead").replace("model", "modell")
    with pytest.raises(BadInput) as caught:
        parse_toml(text.encode(), BenchFile, name="bench.toml")
    assert len(str(caught.value).splitlines()) == 5


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = \x80"])
def test_not_text(content: bytes) -> None:
    with pytest.raises(BadInput, match="UTF-8"):
        parse_toml(content, BenchFile, name="bench.toml")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_toml(tmp_path / "nothing.toml", BenchFile)


TABLES = """\
[certificate]
number = "1"
issuer = "a laboratory"
date = 2026-01-01
due = 2027-01-01
standard = "s"
serial = "1"
traceability = "SI"

[[table]]
quantity = "dc-voltage"
unit = "V"

[[table.range]]
low = 0.0
high = 1.0
points = [
  { nominal = 0.0, deviation = 0.0, U = 1e-6 },
  { nominal = 1.0, deviation = 0.0, U = 1e-6 },
]

[[table]]
quantity = "dc-current"
unit = "A"

[[table.range]]
low = 0.0
high = 1.0
points = [
  { nominal = 0.0, deviation = 0.0, U = 1e-9 },
  { nominal = 1.0, deviatoin = 0.0, U = 1e-9 },
]
"""


def test_the_line_of_an_element_is_found() -> None:
    with pytest.raises(BadInput) as caught:
        parse_toml(TABLES.encode(), CertificateFile, name="c.toml")
    missing, unknown = str(caught.value).splitlines()
    assert missing.startswith("c.toml, line 31: 'table.1.range.0.points.1.deviation' is missing")
    assert unknown.startswith("c.toml, line 31: unknown key")


def test_the_line_of_a_table_is_found() -> None:
    text = TABLES.replace("deviatoin", "deviation").replace('unit = "A"', 'unti = "A"')
    with pytest.raises(BadInput) as caught:
        parse_toml(text.encode(), CertificateFile, name="c.toml")
    lines = [line.split(":")[0] for line in str(caught.value).splitlines()]
    assert lines == ["c.toml, line 22", "c.toml, line 24"]


class Listed(BaseModel):
    lines: tuple[BaseModel, ...] = ()


@pytest.mark.parametrize("depth", [3000, 60000])
def test_a_file_nested_too_deep_is_refused(depth: int) -> None:
    for text in (f"a = {'[' * depth}", f"a = {'[' * depth}{']' * depth}"):
        with pytest.raises(BadInput, match=r"deep\.toml: nested too deep"):
            parse_toml(text.encode(), BenchFile, name="deep.toml")


def test_one_table_in_the_place_of_several_says_how_it_is_written() -> None:
    with pytest.raises(BadInput, match=r"line 1: 'lines' may be several: write \[\[lines\]\]"):
        parse_toml(b"[lines]\n", Listed, name="one.toml")


def test_a_file_of_a_gigabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(10**9)  # takes no room on the disk
    with pytest.raises(BadInput, match=r"large\.toml: larger than 50000000 bytes"):
        read_toml(path, BenchFile)


@pytest.mark.parametrize("escape", [r"\u0001", r"\b", r"\uFFFF"])
def test_a_text_that_no_certificate_can_contain_is_refused(escape: str) -> None:
    """TOML writes such characters as escapes; found when a certificate is made is too late."""
    given = GOOD.replace('name = "b"', f'name = "b{escape}"').encode()
    with pytest.raises(BadInput, match=r"bench\.toml: 'b.*' has a character that cannot"):
        parse_toml(given, BenchFile, name="bench.toml")


def test_any_number_of_mistakes_is_told() -> None:
    unknown = "".join(f"key{number} = 1\n" for number in range(2000))
    with pytest.raises(BadInput) as caught:
        parse_toml(unknown.encode() + GOOD.encode(), BenchFile, name="b.toml")
    told = str(caught.value).splitlines()
    assert len(told) == 2000
    assert told[-1].startswith("b.toml, line 2000: unknown key 'key1999'.")
