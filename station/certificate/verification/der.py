"""Whether bytes are one value of DER (ITU-T X.690), through and through.

A PDF's signature is to be (ISO 32000-1, 12.8.3.3.1). The libraries read what they need and pass
over the rest; here every length is minimal, and what is inside fills what is around it.
"""

DEEPEST = 50
CONSTRUCTED = 0x20
MORE = 0x1F


def der_length(content: bytes) -> int:
    """Return how many bytes the value at the beginning of `content` has, 0 where it is no DER."""
    end = _value(content, 0, len(content), 0)
    return max(end, 0)


def _value(content: bytes, at: int, limit: int, depth: int) -> int:
    """Return where the value at `at` ends, or -1."""
    if limit - at < 2 or depth > DEEPEST:
        return -1
    tag = content[at]
    # Tags of more bytes are not used, and 0 ends what has no length, which DER has not.
    if tag & MORE == MORE or tag == 0:
        return -1
    begin, length = _length(content, at + 1, limit)
    end = begin + length
    if begin < 0 or end > limit:
        return -1
    if not tag & CONSTRUCTED:
        return end
    inner = begin
    while 0 <= inner < end:
        inner = _value(content, inner, end, depth + 1)
    return inner


def _length(content: bytes, at: int, limit: int) -> tuple[int, int]:
    """Return where the value begins, or -1 where its length is not written as DER asks."""
    first = content[at]
    if first < 0x80:
        return at + 1, first
    behind = at + 1 + (first & 0x7F)
    said = content[at + 1 : behind]
    length = int.from_bytes(said, "big")
    if not said or behind > limit or said[0] == 0 or length < 0x80:
        return -1, 0
    return behind, length
