"""Texts without their accents, so that they are found however they are typed."""

import unicodedata


def composed(text: str) -> str:
    """Return what was typed as records have it: an input method may send letters decomposed."""
    return unicodedata.normalize("NFC", text).strip()


def folded(text: str) -> str:
    """Return `text` without accents, letter by letter, so that "chay" finds "chạy"."""
    letters = unicodedata.normalize("NFC", text)
    bare = (unicodedata.normalize("NFD", letter)[0] for letter in letters)
    return "".join(bare).replace("đ", "d").replace("Đ", "D")
