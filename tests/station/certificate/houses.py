"""A laboratory's own file and pictures for the tests."""

import struct
import zlib
from pathlib import Path

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60">'
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#0a5"/></linearGradient></defs>'
    '<rect width="120" height="60" fill="url(#g)"/></svg>'
)

HOUSE = """\
[[laboratory]]
valid_from = 2025-01-01
name = "Phòng cũ"
address = "Số 8, đường Ví Dụ"

[[laboratory]]
valid_from = 2026-06-01
name = "Phòng Ví Dụ"
address = "Số 9, đường Ví Dụ"
accreditation = "VILAS 0000"
logo = "logo.svg"
mark = "mark.png"
header = { vi = "Biểu mẫu 7.8", en = "Form 7.8" }
footer = { vi = "Khiếu nại: a@example.com", en = "Complaints: a@example.com" }
check = "https://lab.example.com/{number}?d={digest}"

[[statement]]
valid_from = 2026-01-01
name = "copying"
replaces = "reproduction"
vi = 'Không sao chép. #panic("x") *đậm* $x$ {n}'
en = 'No copies. #panic("x") *bold* $x$ {n}'

[[statement]]
valid_from = 2026-01-01
name = "complaints"
kinds = ["calibration"]
vi = "Khiếu nại trong 30 ngày."
en = "Complaints within 30 days."

[[statement]]
valid_from = 2026-01-01
valid_until = 2026-06-30
name = "moving"
vi = "Phòng đang chuyển."
en = "The laboratory is moving."

[[field]]
valid_from = 2026-01-01
name = "room"
label = { vi = "Phòng đo", en = "Room" }
value = { vi = "Phòng 3", en = "Room 3" }

[[field]]
valid_from = 2026-01-01
name = "stamp"
kinds = ["calibration"]
label = { vi = "Tem số", en = "Stamp" }
"""


def png(width: int = 8, height: int = 8, *, cut: int = 0) -> bytes:
    """Return a blue picture; `cut` takes bytes off its end."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checked

    rows = zlib.compress((b"\0" + bytes((0, 0, 200)) * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return whole[: len(whole) - cut]


def write_house(folder: Path, text: str = HOUSE) -> Path:
    """Write the file and its pictures into a folder and return the file's path."""
    (folder / "logo.svg").write_text(LOGO)
    (folder / "mark.png").write_bytes(png())
    path = folder / "house.toml"
    path.write_text(text, encoding="utf-8")
    return path
