"""The line of a JSON text that a key or index is on, for messages."""

import json
from collections.abc import Sequence


def line_of(path: Sequence[str | int], text: str) -> int:
    """Return the line (from 1) of the deepest part of `path` that the JSON `text` has."""
    position = _start(text, 0)
    for step in path:
        found = _child(text, position, step)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _start(text: str, position: int) -> int:
    """Return the position of the next character that separates nothing."""
    while position < len(text) and text[position] in " \t\r\n,:":
        position += 1
    return position


def _child(text: str, position: int, step: str | int) -> int | None:
    """Return where the value of key or index `step` begins in the container at `position`."""
    decoder = json.JSONDecoder()
    closing = {"{": "}", "[": "]"}.get(text[position : position + 1])
    if closing is None:
        return None
    position, count = _start(text, position + 1), 0
    while text[position] != closing:
        key: object = count
        if closing == "}":
            key, position = decoder.raw_decode(text, position)
            position = _start(text, position)
        if key == step:
            return position
        _, position = decoder.raw_decode(text, position)
        position, count = _start(text, position), count + 1
    return None
