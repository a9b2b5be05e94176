"""Each rule has a document that breaks it, and that PTB's own rules judge alike where they can."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from dcclib.validation import SchematronValidator
from lxml import etree

from station.certificate.dcc import render_dcc
from station.certificate.reading import elements, parse
from station.certificate.rules import findings
from station.certificate.schema import schema_folder
from station.certificate.xml import add
from tests.station.certificate.runs import Run

if TYPE_CHECKING:
    from lxml.etree import _Element

Break = Callable[["_Element"], None]

CONTENT = render_dcc(Run().document())


@dataclass(frozen=True)
class Case:
    """`ptb`: whether PTB's Schematron says something to it as well."""

    rule: str
    weight: str
    spoil: Break
    ptb: bool = True


def first(root: "_Element", path: str) -> "_Element":
    return next(elements(root, path))


def set_text(path: str, text: str) -> Break:
    def spoil(root: "_Element") -> None:
        first(root, path).text = text

    return spoil


def remove(path: str) -> Break:
    def spoil(root: "_Element") -> None:
        for element in list(elements(root, path)):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)

    return spoil


def set_attribute(path: str, name: str, value: str) -> Break:
    def spoil(root: "_Element") -> None:
        first(root, path).set(name, value)

    return spoil


def drop_last(path: str) -> Break:
    def spoil(root: "_Element") -> None:
        element = first(root, path)
        element.text = (element.text or "").rpartition(" ")[0]

    return spoil


def replace_in(path: str, old: str, new: str) -> Break:
    def spoil(root: "_Element") -> None:
        element = first(root, path)
        assert old in (element.text or "")
        element.text = (element.text or "").replace(old, new, 1)

    return spoil


def declare_twice(root: "_Element") -> None:
    language = first(root, "//dcc:usedLangCodeISO639_1")
    twin = etree.fromstring(etree.tostring(language))
    language.addnext(twin)


def double_language(root: "_Element") -> None:
    first(root, "//dcc:statement/dcc:name/dcc:content[@lang='en']").set("lang", "vi")


def unit_without_definition(root: "_Element") -> None:
    statement = first(root, "//dcc:statement[last()]")
    add(statement, "dcc:nonSIUnit", "|psi")


def second_signer(root: "_Element") -> None:
    first(root, "//dcc:mainSigner[text()='false']").text = "true"


ERROR_COLUMN = "//dcc:quantity[@refType='basic_measurementError']"
VALUES = f"{ERROR_COLUMN}/si:realListXMLList/si:valueXMLList"
UNCERTAINTY = f"{ERROR_COLUMN}//si:measurementUncertaintyUnivariateXMLList"

CASES = (
    Case("method-missing", "error", remove("//dcc:usedMethods")),
    Case("condition-missing", "error", remove("//dcc:influenceConditions")),
    Case("software-missing", "warning", remove("//dcc:usedSoftware")),
    Case("schema-version", "warning", set_attribute("/*", "schemaVersion", "3.2.1")),
    Case("reference-target", "error", set_attribute("//dcc:metaData", "refId", "nowhere")),
    Case("id-unused", "warning", set_attribute("//dcc:item", "id", "item1")),
    Case("language-undeclared", "error", set_attribute("//*[@lang='en']", "lang", "de")),
    Case("language-missing", "error", remove("//dcc:statement[1]/dcc:name/*[@lang='en']")),
    Case("language-doubled", "error", double_language),
    Case("language-declared-twice", "error", declare_twice),
    Case("dates-order", "error", set_text("//dcc:endPerformanceDate", "2026-01-01")),
    Case("code-unknown", "error", set_text("//dcc:countryCodeISO3166_1", "XQ")),
    Case("code-unknown", "error", set_text("//dcc:mandatoryLangCodeISO639_1", "qq")),
    Case("list-length", "error", drop_last(VALUES), ptb=False),
    Case("list-length", "error", drop_last(f"{ERROR_COLUMN}//dcc:conformityXMLList"), ptb=False),
    Case(
        "list-length", "error", drop_last(f"{ERROR_COLUMN}//si:valueExpandedMUXMLList"), ptb=False
    ),
    Case("list-blanks", "error", replace_in(VALUES, " ", "  ")),
    Case("unit-blank", "error", set_text("//si:real/si:unit", r"\degree celsius")),
    Case("unit-undeclared", "error", set_text("//si:real/si:unit", "|psi"), ptb=False),
    Case("unit-definition", "error", unit_without_definition),
    Case("release-format", "error", set_text("//dcc:release", "0.1.0rc1")),
    Case("not-a-number", "error", replace_in(VALUES, "0.", "NaN 0."), ptb=False),
    Case("uncertainty-missing", "warning", remove(UNCERTAINTY), ptb=False),
    Case(
        "verdict-contradicts",
        "error",
        replace_in(f"{ERROR_COLUMN}//dcc:conformityXMLList", "fail", "pass"),
        ptb=False,
    ),
    Case(
        "verdict-contradicts",
        "error",
        replace_in(f"{ERROR_COLUMN}//dcc:conformityXMLList", "pass", "fail"),
        ptb=False,
    ),
    Case(
        "verdict-contradicts",
        "error",
        replace_in(f"{ERROR_COLUMN}//dcc:conformityXMLList", "conditionalPass", "pass"),
        ptb=False,
    ),
    Case(
        "verdict-contradicts",
        "error",
        replace_in(f"{ERROR_COLUMN}//dcc:conformityXMLList", "conditionalPass", "conditionalFail"),
        ptb=False,
    ),
    Case("standard-overdue", "error", set_text("//dcc:inValidityRange", "false"), ptb=False),
    Case("main-signer", "warning", second_signer, ptb=False),
)


@pytest.fixture(scope="module")
def oracle() -> SchematronValidator:
    folder = schema_folder()
    assert folder is not None
    return SchematronValidator.from_file(str(folder / "dcc.sch"))


def spoilt(case: Case) -> "_Element":
    root = parse(CONTENT, name="certificate")
    case.spoil(root)
    return root


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_rule_that_is_broken_is_named(case: Case) -> None:
    found = {(finding.rule, finding.weight.value) for finding in findings(spoilt(case))}
    assert (case.rule, case.weight) in found


@pytest.mark.parametrize("case", [c for c in CASES if c.ptb], ids=lambda case: case.rule)
def test_ptb_says_so_too(case: Case, oracle: SchematronValidator) -> None:
    text = etree.tostring(spoilt(case), encoding="unicode")
    result = oracle.validate_str(text)
    reports = [r for group in vars(result).values() if isinstance(group, list) for r in group]
    assert case.weight in {report.role for report in reports}


def test_a_finding_says_where() -> None:
    root = spoilt(Case("release-format", "error", set_text("//dcc:release", "x")))
    (finding,) = [f for f in findings(root) if f.rule == "release-format"]
    assert finding.where.endswith("administrativeData/dccSoftware/software/release")
    assert "v1.2.3" in finding.what
