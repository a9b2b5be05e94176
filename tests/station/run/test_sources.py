"""Sources of budgets in the reader's language."""

import pytest

from station.locale import translation
from station.run.sources import source_told

VI = translation("vi")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "certificate SIM-2026-0417, ac-voltage 0.1 at 1000 Hz",
            "giấy chứng nhận SIM-2026-0417, Điện áp xoay chiều 0,1 tại 1000 Hz",
        ),
        (
            "certificate SIM-1, temperature between -10.5 and 20",
            "giấy chứng nhận SIM-1, Nhiệt độ giữa -10,5 và 20",
        ),
        (
            "Fluke 5522A stability specification, 365 days",
            "chỉ tiêu độ ổn định của Fluke 5522A, 365 ngày",
        ),
        ("of 5 weighings, this run", "của 5 lần cân, phiên này"),
        (
            "experimental standard deviation of 5 readings (JCGM 100, 4.2.2)",
            "độ lệch chuẩn thực nghiệm của 5 lần đọc (JCGM 100, 4.2.2)",
        ),
        (
            "scale interval d, cg-18, 7.1.1.1 (from memory, unverified)",
            "giá trị độ chia d, cg-18, 7.1.1.1 (ghi theo trí nhớ, chưa kiểm tra xác nhận)",
        ),
        ("ISO 3650:1998, table 5", "ISO 3650:1998, bảng 5"),
        ("said by nobody {}, 3 apples", "said by nobody {}, 3 apples"),
        ("", ""),
    ],
)
def test_a_source_is_told_piece_by_piece(source: str, told: str) -> None:
    assert source_told(source, VI) == told


def test_english_is_told_as_it_is_written_but_for_quantities() -> None:
    source = "Fluke 5522A stability specification, 365 days; certificate A-1, mass 0.5 (r = 1)"
    assert source_told(source, str) == source.replace("mass", "Mass")
