"""Each rule has a document that breaks it, and that PTB's own rules judge alike where they can."""

import re
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
from station.certificate.verification.file import verify
from station.certificate.xml import add
from tests.station.certificate.runs import Run
from tests.station.register.dcc_examples import OLD, thermometer

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


def definition_without_unit(root: "_Element") -> None:
    statement = first(root, "//dcc:statement[last()]")
    definition = add(statement, "dcc:nonSIDefinition")
    definition.text = "6894,757 Pa"


def sent_twice(root: "_Element") -> None:
    unit = first(root, f"{ERROR_COLUMN}//si:unitXMLList")
    count = len((first(root, VALUES).text or "").split())
    unit.text = " ".join([unit.text or ""] * count)


def relative(path: str, *, single: str = "", listed: str = "", unit: str = r"\one") -> Break:
    """State a relative uncertainty of a quantity, by a list or by one number."""

    def spoil(root: "_Element") -> None:
        whole = first(root, path)
        stated = add(whole, "dcc:relativeUncertainty")
        whole.insert(whole.index(next(elements(whole, "si:*"))) + 1, stated)
        if listed:
            held = add(stated, "dcc:relativeUncertaintyXmlList")
            add(held, "si:valueXMLList", listed)
            add(held, "si:unitXMLList", unit)
        else:
            held = add(stated, "dcc:relativeUncertainty")
            add(held, "si:value", single)
            add(held, "si:unit", unit)

    return spoil


def relative_of_measured(root: "_Element") -> None:
    count = len((first(root, VALUES).text or "").split())
    relative("//dcc:quantity[@refType='basic_measuredValue']", listed=" ".join(["0.1"] * count))(
        root
    )


def second_signer(root: "_Element") -> None:
    first(root, "//dcc:mainSigner[text()='false']").text = "true"


def remove_attribute(path: str, name: str) -> Break:
    def spoil(root: "_Element") -> None:
        for element in elements(root, path):
            del element.attrib[name]

    return spoil


PARAGRAPH = "//dcc:data/dcc:text/dcc:content"
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
    Case("unit-definition", "error", definition_without_unit),
    Case("unit-repeated", "warning", sent_twice),
    Case("attribute-blanks", "error", set_attribute("//dcc:item", "refType", "a_b  a_c")),
    Case("attribute-blanks", "error", set_attribute("//dcc:metaData", "refId", " decisionRule")),
    Case("language-unstated", "warning", remove_attribute(PARAGRAPH, "lang")),
    Case("relative-uncertainty", "error", relative_of_measured),
    Case("relative-uncertainty", "error", relative(ERROR_COLUMN, single="0.1"), ptb=False),
    Case("relative-uncertainty", "error", relative(ERROR_COLUMN, listed="0.1 0.2"), ptb=False),
    Case("relative-uncertainty", "error", relative(ERROR_COLUMN, listed="0.9"), ptb=False),
    Case("hash-format", "error", set_text("//dcc:certificate/dcc:value", "12ab"), ptb=False),
    Case("dates-unlikely", "warning", set_text("//dcc:issueDate", "2026-01-01"), ptb=False),
    Case("dates-unlikely", "warning", set_text("//dcc:receiptDate", "2027-01-01"), ptb=False),
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


RELATIVE = {
    "exact": ("0.5 0.25", r"\one", "2 -8", "1 2"),
    "rounded": ("0.33 0.67", r"\one", "3 3", "1 2"),
    "in percent": ("33 67", r"\percent", "3 3", "1 2"),
    "one for all": ("0.5", r"\one", "2 4", "1 2"),
    "of nothing": ("0.5 0.1", r"\one", "2 0", "1 2"),
}


@pytest.mark.parametrize(("stated", "unit", "values", "expanded"), RELATIVE.values(), ids=RELATIVE)
def test_a_relative_uncertainty_that_agrees_is_none_to_name(
    stated: str, unit: str, values: str, expanded: str
) -> None:
    root = parse(CONTENT, name="certificate")
    column = first(root, ERROR_COLUMN)
    first(column, ".//si:valueXMLList").text = values
    first(column, ".//si:valueExpandedMUXMLList").text = expanded
    relative(ERROR_COLUMN, listed=stated, unit=unit)(root)
    assert "relative-uncertainty" not in {finding.rule for finding in findings(root)}


@pytest.mark.parametrize("digest", ["ab" * 32, "q6ursquq66urq6urq6urq6urq6urq6urq6urq6urq6s="])
def test_a_hash_is_written_in_hexadecimal_or_base_64(digest: str) -> None:
    root = parse(CONTENT, name="certificate")
    first(root, "//dcc:certificate/dcc:value").text = digest
    assert "hash-format" not in {finding.rule for finding in findings(root)}


@pytest.mark.parametrize("version", [*OLD, "3.3.0"])
def test_what_others_wrote_before_the_rules_is_no_fault_of_theirs(version: str) -> None:
    """PTB's own older examples do not give every text in every language, nor every method."""
    whole = thermometer(version)
    report = verify(whole, None)
    weights = {f.rule: f.weight.value for f in report.findings}
    expected = "error" if version == "3.3.0" else "warning"
    assert weights["language-missing"] == weights["method-missing"] == expected
    assert report.good == (version != "3.3.0")
    # What makes numbers doubtful is a fault at any time.
    double = re.sub(rb"<si:value(XMLList)?>", rb"\g<0>NaN", whole, count=1)
    assert double != whole
    assert "not-a-number" in {f.rule for f in verify(double, None).findings}
    assert not verify(double, None).good
