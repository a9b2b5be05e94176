"""Whether whoever signed is the laboratory that a certificate names."""

import pytest

from station.certificate.verification.signer import signer_findings
from tests.station.certificate.authority import Holder, make, root

CASES = {
    "the same": ("Phòng Đo lường A", "Seal", "Phòng Đo lường A", True),
    "without accents": ("Phòng Đo lường A", "Seal", "PHONG DO LUONG A", True),
    "in the common name": ("Phòng Đo lường A", "Seal of Phòng Đo lường A", "Group", True),
    "with its short name": ("Bundesanstalt für Mass (BfM)", "x", "Bundesanstalt für Mass", True),
    "of the company": ("Phòng hiệu chuẩn, Công ty Ví Dụ", "x", "Công ty Ví Dụ", True),
    "another": ("Phòng Đo lường A", "Seal", "Phòng Đo lường B", False),
    "part of a word": ("Phòng Đo lường A", "Seal", "Phòng Đo lường An Giang", False),
    "a person": ("Phòng đo Nguyễn", "Nguyễn", "Khách", False),
    "one word of it": ("Phòng hiệu chuẩn Metrology", "x", "Metrology", False),
    "nothing": ("Phòng Đo lường A", "-", "-", False),
}


def of(common: str, organisation: str) -> Holder:
    return make(common, root(), organisation=organisation)


@pytest.mark.parametrize(
    ("laboratory", "common", "organisation", "is_it"), CASES.values(), ids=CASES
)
def test_a_signer_is_the_laboratory_by_name(
    laboratory: str, common: str, organisation: str, *, is_it: bool
) -> None:
    certificate = of(common, organisation).certificate
    for trusted, weight in ((root().certificate,), "error"), ((), "warning"):
        found = list(signer_findings(certificate, [laboratory], trusted, "here"))
        assert [f.weight.value for f in found] == ([] if is_it else [weight])


def test_one_of_several_languages_is_enough() -> None:
    certificate = of("Seal", "Example Laboratory").certificate
    names = ["Beispiellabor", "Example Laboratory"]
    assert list(signer_findings(certificate, names, (root().certificate,), "here")) == []


def test_who_is_not_known_is_not_compared() -> None:
    certificate = of("Seal", "Example Laboratory").certificate
    assert list(signer_findings(certificate, [], (root().certificate,), "here")) == []
