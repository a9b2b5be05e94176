"""Rules a DCC must keep beyond the schema: PTB's Schematron rules in our own words, and ours.

Each rule is a function from the root to findings. PTB's rules are those of dcclib's `dcc.sch`;
their file stays the oracle of the tests.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from station.certificate import codes
from station.certificate.findings import Finding, Weight, error, warning
from station.certificate.number_rules import NUMBER_RULES
from station.certificate.reading import elements, text_of, where
from station.certificate.relative_rules import relative_uncertainties_agree
from station.errors import Phrase

if TYPE_CHECKING:
    from lxml.etree import _Element

Rule = Callable[["_Element"], Iterator[Finding]]

NEWEST = "3.3.0"
RELEASE = re.compile(r"[A-Za-z] ?(\d{1,3}\.){0,3}\d{1,3}")

HASH = re.compile(r"sha-?(?:3-)?(224|256|384|512)")

# Quantities that are themselves a condition, a method or a remark need no such thing above them.
RESULT_QUANTITIES = (
    "//dcc:result//dcc:quantity[not(ancestor::dcc:metaData or ancestor::dcc:influenceCondition"
    " or ancestor::dcc:usedMethod or ancestor::dcc:measuringEquipment)]"
)


OF_NEWEST = frozenset(
    {
        "method-missing", "condition-missing", "language-undeclared", "language-doubled",
        "language-missing", "code-unknown", "release-format", "attribute-blanks",
    }
)  # fmt: skip
"""Rules of good form that came with the newest version: no fault of what was written before."""


def findings(root: "_Element") -> list[Finding]:
    """Return everything that breaks a rule, in the order of the rules."""
    found = [finding for rule in RULES for finding in rule(root)]
    if root.get("schemaVersion") == NEWEST:
        return found
    return [
        replace(finding, weight=Weight.WARNING)
        if finding.weight is Weight.ERROR and finding.rule in OF_NEWEST
        else finding
        for finding in found
    ]


def methods_stated(root: "_Element") -> Iterator[Finding]:
    """Every quantity has a method: its own, its list's, its result's or everybody's."""
    for place in _uncovered(root, "usedMethods"):
        yield error("method-missing", place, Phrase("no usedMethods at the quantity or above it"))


def conditions_stated(root: "_Element") -> Iterator[Finding]:
    """Every quantity has influence conditions, at itself or above."""
    for place in _uncovered(root, "influenceConditions"):
        yield error("condition-missing", place, Phrase("no influenceConditions at it or above it"))


def software_stated(root: "_Element") -> Iterator[Finding]:
    """Every quantity should say what software was used."""
    for place in _uncovered(root, "usedSoftware"):
        yield warning(
            "software-missing", place, Phrase("no usedSoftware at the quantity or above it")
        )


def version_newest(root: "_Element") -> Iterator[Finding]:
    """The schema version should be the newest."""
    version = root.get("schemaVersion", "")
    if version != NEWEST:
        yield warning(
            "schema-version",
            "",
            Phrase("{version!r}; the newest is {newest}", version=version, newest=NEWEST),
        )


def references_resolve(root: "_Element") -> Iterator[Finding]:
    """Every refId points to an id; an id nobody points to is superfluous."""
    ids = {element.get("id"): element for element in elements(root, "//*[@id]")}
    used: set[str] = set()
    for element in elements(root, "//*[@refId]"):
        targets = (element.get("refId") or "").split()
        used.update(targets)
        for target in targets:
            if target not in ids:
                yield error(
                    "reference-target",
                    where(element),
                    Phrase("no element has id {target!r}", target=target),
                )
    for identity, element in ids.items():
        if identity not in used:
            yield warning(
                "id-unused",
                where(element),
                Phrase("nothing refers to id {identity!r}", identity=identity),
            )


def languages_complete(root: "_Element") -> Iterator[Finding]:
    """Where one content has a language, each declared language is there once and no other."""
    declared = [e.text or "" for e in elements(root, "//dcc:usedLangCodeISO639_1")]
    for language in {language for language in declared if declared.count(language) > 1}:
        yield error(
            "language-declared-twice",
            "coreData",
            Phrase("{language!r} is declared twice", language=language),
        )
    for parent in elements(root, "//*[dcc:content[@lang]]"):
        given = [e.get("lang", "") for e in elements(parent, "dcc:content[@lang]")]
        for language in set(given) - set(declared):
            yield error(
                "language-undeclared",
                where(parent),
                Phrase("{language!r} is not declared", language=language),
            )
        if len(given) != len(set(given)):
            yield error(
                "language-doubled",
                where(parent),
                Phrase("languages {languages}", languages=tuple(given)),
            )
        for language in set(declared) - set(given):
            yield error(
                "language-missing",
                where(parent),
                Phrase("no text in {language!r}", language=language),
            )


def languages_stated(root: "_Element") -> Iterator[Finding]:
    """A text that is no name should say which language it is in."""
    path = (
        "//dcc:content[not(@lang)][not(../../dcc:name or ../../dcc:further or ../../dcc:referral)]"
    )
    for element in elements(root, path):
        yield warning("language-unstated", where(element), Phrase("a text without its language"))


def dates_in_order(root: "_Element") -> Iterator[Finding]:
    """What was received is calibrated from a first day to a last and then certified."""
    received, begin, end, issued = (
        text_of(root, f"//dcc:coreData/dcc:{name}")
        for name in ("receiptDate", "beginPerformanceDate", "endPerformanceDate", "issueDate")
    )
    if begin and end and end < begin:
        yield error(
            "dates-order",
            "coreData",
            Phrase("performed from {begin} to {end}", begin=begin, end=end),
        )
    if issued and end and issued < end:
        yield warning(
            "dates-unlikely",
            "coreData",
            Phrase("issued {issued}, performed until {end}", issued=issued, end=end),
        )
    if received and begin and begin < received:
        yield warning(
            "dates-unlikely",
            "coreData",
            Phrase("begun {begin}, received {received}", begin=begin, received=received),
        )


def codes_known(root: "_Element") -> Iterator[Finding]:
    """Language and country codes are in ISO 639-1 and ISO 3166-1."""
    for path, known in (
        ("//dcc:usedLangCodeISO639_1 | //dcc:mandatoryLangCodeISO639_1", codes.LANGUAGES),
        ("//dcc:countryCodeISO3166_1 | //dcc:countryCode", codes.COUNTRIES),
    ):
        for element in elements(root, path):
            if element.text not in known:
                yield error(
                    "code-unknown",
                    where(element),
                    Phrase("{said!r} is not a code", said=element.text),
                )


def releases_formed(root: "_Element") -> Iterator[Finding]:
    """A release is one letter and up to four groups of digits: v1.2.3."""
    for element in elements(root, "//dcc:software/dcc:release"):
        if not RELEASE.fullmatch(element.text or ""):
            yield error(
                "release-format",
                where(element),
                Phrase("{said!r}; write it as v1.2.3", said=element.text),
            )


def attributes_single_spaced(root: "_Element") -> Iterator[Finding]:
    """The entries of refType and refId are separated by one blank each."""
    for name in ("refType", "refId"):
        for element in elements(root, f"//*[@{name}]"):
            said = element.get(name, "")
            if said.split(" ") != said.split():
                yield error(
                    "attribute-blanks",
                    where(element),
                    Phrase("{name} {said!r}: one blank each", name=name, said=said),
                )


def hashes_formed(root: "_Element") -> Iterator[Finding]:
    """A hash is as long as its procedure makes it, in hexadecimal digits or Base64."""
    path = "//dcc:previousReport | //dcc:measuringEquipment/dcc:certificate | //dcc:linkedReport"
    for element in elements(root, path):
        named = HASH.search(text_of(element, "dcc:procedure").lower())
        value = text_of(element, "dcc:value")
        if named is None or not value:
            continue
        bits = int(named[1])
        forms = (rf"[0-9a-fA-F]{{{bits // 4}}}", rf"[A-Za-z0-9+/]{{{-(-bits // 6)}}}=*")
        if not any(re.fullmatch(form, value) for form in forms):
            yield error(
                "hash-format",
                where(element),
                Phrase("{value!r} is no {kind}", value=value[:80], kind=named[0]),
            )


def standards_valid(root: "_Element") -> Iterator[Finding]:
    """No standard was used beyond the validity of its certificate."""
    for element in elements(root, "//dcc:measuringEquipment/dcc:certificate"):
        if text_of(element, "dcc:inValidityRange") in ("false", "0"):
            number = text_of(element, "dcc:referralID")
            yield error(
                "standard-overdue",
                where(element),
                Phrase("certificate {number} was not valid", number=number),
            )


def one_main_signer(root: "_Element") -> Iterator[Finding]:
    """Exactly one responsible person is the main signer."""
    signers = [
        e for e in elements(root, "//dcc:respPerson/dcc:mainSigner") if e.text in ("true", "1")
    ]
    if len(signers) != 1:
        yield warning(
            "main-signer",
            "respPersons",
            Phrase("{count} main signers; one is meant", count=len(signers)),
        )


def _uncovered(root: "_Element", wanted: str) -> Iterator[str]:
    path = f"{RESULT_QUANTITIES}[not(ancestor-or-self::*/dcc:{wanted})]"
    # One finding a list says as much as one a column.
    parents = dict.fromkeys(element.getparent() for element in elements(root, path))
    for parent in parents:
        if parent is not None:
            yield where(parent)


RULES: tuple[Rule, ...] = (
    methods_stated,
    conditions_stated,
    software_stated,
    version_newest,
    references_resolve,
    languages_complete,
    languages_stated,
    dates_in_order,
    codes_known,
    releases_formed,
    attributes_single_spaced,
    hashes_formed,
    standards_valid,
    one_main_signer,
    relative_uncertainties_agree,
    *NUMBER_RULES,
)
