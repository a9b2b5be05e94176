"""The files that a certificate becomes."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.certificate.files import write_files
from station.certificate.issue import Issued
from station.errors import BadInput

ISSUED = Issued("C26.00001", "dut", datetime(2026, 3, 2, tzinfo=UTC), b"pdf", b"xml", new=True)


def test_the_files_can_be_written_again(tmp_path: Path) -> None:
    assert write_files(tmp_path, ISSUED) == write_files(tmp_path, ISSUED)
    assert (tmp_path / "C26.00001.pdf").read_bytes() == b"pdf"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(ISSUED, pdf=b"else"), id="another PDF"),
        pytest.param(replace(ISSUED, xml=b"else"), id="another XML"),
    ],
)
def test_another_stores_certificate_of_the_number_is_left_as_it_is(
    tmp_path: Path, other: Issued
) -> None:
    write_files(tmp_path, ISSUED)
    with pytest.raises(BadInput, match="another certificate of this number"):
        write_files(tmp_path, other)
    assert (tmp_path / "C26.00001.pdf").read_bytes() == b"pdf"
    assert (tmp_path / "C26.00001.xml").read_bytes() == b"xml"
