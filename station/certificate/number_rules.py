"""Rules about the numbers of a DCC: lists, units, uncertainties, verdicts."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from station.certificate.findings import Finding, error, warning
from station.certificate.reading import elements, text_of, where
from station.errors import Phrase

if TYPE_CHECKING:
    from lxml.etree import _Element

SINGLE_SPACED = re.compile(r"\S+( \S+)*")
VALUES = "si:realListXMLList/si:valueXMLList"
TABLES = "//dcc:list[dcc:quantity][not(ancestor::dcc:metaData)]"


def lists_single_spaced(root: "_Element") -> Iterator[Finding]:
    """The entries of a list are separated by one blank each."""
    path = "//*[contains(local-name(), 'XMLList') and not(*)]"
    for element in elements(root, path):
        if not SINGLE_SPACED.fullmatch(element.text or ""):
            yield error("list-blanks", where(element), Phrase("write one blank between entries"))


def lists_equally_long(root: "_Element") -> Iterator[Finding]:
    """Columns of a table, and all that qualifies a column, are equally long or of one entry."""
    for table in elements(root, TABLES):
        columns = list(elements(table, f"dcc:quantity/{VALUES}"))
        rows = max((_length(column) for column in columns), default=0)
        for column in columns:
            if _length(column) not in (1, rows):
                yield error(
                    "list-length",
                    where(column),
                    Phrase("{count} of {rows} values", count=_length(column), rows=rows),
                )
    for values in elements(root, "//si:realListXMLList/si:valueXMLList"):
        whole = values.getparent()
        assert whole is not None
        path = ".//*[contains(local-name(), 'XMLList') and not(*)]"
        beside = [*elements(whole, path), *elements(whole, _VERDICTS)]
        for element in beside:
            if _length(element) not in (1, _length(values)):
                what = Phrase(
                    "{count} entries for {values} values",
                    count=_length(element),
                    values=_length(values),
                )
                yield error("list-length", where(element), what)


_VERDICTS = "../dcc:measurementMetaData/dcc:metaData/dcc:conformityXMLList"


def units_formed(root: "_Element") -> Iterator[Finding]:
    """A unit has no blanks; one outside the SI is declared with its definition."""
    declared = {e.text for e in elements(root, "//dcc:statement/dcc:nonSIUnit")}
    for element in elements(root, "//si:unit | //si:unitXMLList"):
        text = element.text or ""
        if str(element.tag).endswith("}unit") and re.search(r"\s", text):
            yield error("unit-blank", where(element), Phrase("{text!r} has a blank", text=text))
        for unit in text.split():
            if unit.startswith("|") and unit not in declared:
                yield error(
                    "unit-undeclared",
                    where(element),
                    Phrase("{unit!r} has no nonSIUnit", unit=unit),
                )
    for path in (
        "//dcc:nonSIUnit[not(../dcc:nonSIDefinition)]",
        "//dcc:nonSIDefinition[not(../dcc:nonSIUnit)]",
    ):
        for element in elements(root, path):
            yield error(
                "unit-definition", where(element), Phrase("unit and definition belong together")
            )


def units_said_once(root: "_Element") -> Iterator[Finding]:
    """A unit that is the same for all values of a list is said once."""
    for element in elements(root, "//si:unitXMLList"):
        units = (element.text or "").split()
        if len(units) > 1 and len(set(units)) == 1:
            yield warning(
                "unit-repeated",
                where(element),
                Phrase("{unit!r} {count} times", unit=units[0], count=len(units)),
            )


def numbers_finite(root: "_Element") -> Iterator[Finding]:
    """No value is "not a number" or infinite."""
    for element in elements(root, "//si:value | //si:valueXMLList"):
        if any(finite(entry) is None for entry in (element.text or "").split()):
            yield error("not-a-number", where(element), Phrase("an entry is not a finite number"))


def results_uncertain(root: "_Element") -> Iterator[Finding]:
    """Every table of results has a column with its uncertainty."""
    stated = ".//*[local-name()='expandedMUXMLList' or local-name()='standardMUXMLList' or "
    stated += "local-name()='coverageIntervalMUXMLList' or local-name()='expandedUncXMLList' or "
    stated += "local-name()='coverageIntervalXMLList' or local-name()='expandedMU' or "
    stated += "local-name()='expandedUnc' or local-name()='standardMU']"
    for table in elements(root, f"{TABLES}[ancestor::dcc:result]"):
        if next(elements(table, stated), None) is None:
            yield warning(
                "uncertainty-missing", where(table), Phrase("no column states an uncertainty")
            )


def verdicts_agree(root: "_Element") -> Iterator[Finding]:
    """No verdict contradicts the error and the limits that stand beside it."""
    for table in elements(root, TABLES):
        for metadata in elements(table, "dcc:quantity/dcc:measurementMetaData/dcc:metaData"):
            verdicts = text_of(metadata, "dcc:conformityXMLList").split()
            limited, accepted = (
                [_column(table, kind) for kind in kinds] for kinds in (_LIMITED, _ACCEPTED)
            )
            if not verdicts or any(len(column) != len(verdicts) for column in limited):
                continue
            stated = all(len(column) == len(verdicts) for column in accepted)
            for row, verdict in enumerate(verdicts):
                value, lower, upper = (column[row] for column in limited)
                zone = (accepted[0][row], accepted[1][row]) if stated else None
                if _contradicts(verdict, value, (lower, upper), zone):
                    what = _against(verdict, row + 1, value, (lower, upper), zone)
                    yield error("verdict-contradicts", where(metadata), what)


Interval = tuple[Decimal, Decimal]


def _against(
    verdict: str, row: int, value: Decimal, limits: Interval, zone: Interval | None
) -> Phrase:
    what = Phrase(
        "{verdict} in row {row}: {value}; limits {lower} … {upper}",
        verdict=verdict,
        row=row,
        value=value,
        lower=limits[0],
        upper=limits[1],
    )
    if zone is None:
        return what
    return Phrase("{what}, acceptance {low} … {high}", what=what, low=zone[0], high=zone[1])


def _contradicts(verdict: str, value: Decimal, limits: Interval, zone: Interval | None) -> bool:
    """Tell whether a verdict cannot be; a rule may accept less than the tolerance, or more."""
    conforms = limits[0] <= value <= limits[1]
    accepted = conforms if zone is None else zone[0] <= value <= zone[1]
    match verdict:
        case "pass":
            return not accepted
        case "conditionalPass":
            return not conforms
        case "conditionalFail":
            return conforms
        case "fail":
            # Where no acceptance limits are stated, a guard band may be why.
            return zone is not None and accepted
        case _:
            return False


_LIMITED = ("basic_measurementError", "basic_toleranceLimitLower", "basic_toleranceLimitUpper")
_ACCEPTED = ("basic_acceptanceLimitLower", "basic_acceptanceLimitUpper")


def _column(table: "_Element", kind: str) -> Sequence[Decimal]:
    path = f"dcc:quantity[contains(concat(' ', @refType, ' '), ' {kind} ')]/{VALUES}"
    numbers = [finite(entry) for entry in text_of(table, path).split()]
    return [number for number in numbers if number is not None]


def finite(text: str) -> Decimal | None:
    """Return a number, or None where a text is none, or one that is not finite."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _length(element: "_Element") -> int:
    return len((element.text or "").split())


NUMBER_RULES = (
    lists_single_spaced,
    lists_equally_long,
    units_formed,
    units_said_once,
    numbers_finite,
    results_uncertain,
    verdicts_agree,
)
