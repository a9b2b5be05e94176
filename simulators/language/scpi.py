"""SCPI program messages: from bytes to compiled steps.

Source: SCPI-1999 volume 1 (syntax and style) and IEEE 488.2, as retold by instrument manuals.
A command table is compiled once; a message is compiled once and then only carried out.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from simulators.language.programs import Program, Step
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Converter, Token, token_of

Handler = Callable[..., str | None]

LONGEST_MNEMONIC = 12
HEADER = re.compile(r"\s*(\*[A-Za-z]+|:?[A-Za-z][\w]*(?::[A-Za-z][\w]*)*)(\??)", re.ASCII)
NODE = re.compile(r"(\[)?:?([A-Z]+)([a-z]*)(?:#(\d+))?:?(\])?")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a command.

    Attributes:
        convert: makes a value of its token.
        required: whether it must be there.
        repeated: whether more of its kind may follow; the last parameter alone can be.
    """

    convert: Converter
    required: bool = True
    repeated: bool = False


@dataclass(frozen=True)
class Command:
    """A header as manuals write it, `[SENSe:]VOLTage[:DC]:RANGe`, and who answers.

    Attributes:
        pattern: capitals are the short form; brackets hold optional nodes; `#n` after a node
            allows a numeric suffix from 1 to n, given to the handler before the parameters.
        tell: carries the command out; None when there is only a query.
        ask: answers the query; None when there is only a command.
        parameters: of the command.
        asked: parameters of the query.
    """

    pattern: str
    tell: Handler | None = None
    ask: Handler | None = None
    parameters: tuple[Parameter, ...] = ()
    asked: tuple[Parameter, ...] = ()


@dataclass(slots=True)
class _Node:
    """A place in the command tree; one spelling may lead to several children."""

    notation: str = ""
    children: dict[str, list["_Node"]] = field(default_factory=dict)
    highest_suffix: int = 0
    command: Command | None = None

    def grow(self, short: str, long: str, highest_suffix: int) -> "_Node":
        """Return the child of this notation, made if need be, known by both its forms."""
        notation = f"{short}/{long}"
        siblings = self.children.setdefault(short, [])
        child = next((one for one in siblings if one.notation == notation), None)
        if child is None:
            child = _Node(notation)
            siblings.append(child)
            if long != short:
                self.children.setdefault(long, []).append(child)
        child.highest_suffix = max(child.highest_suffix, highest_suffix)
        return child

    def step(self, mnemonic: str) -> list[tuple["_Node", int | None]]:
        """Return the children that `mnemonic` leads to, with the numeric suffix they take."""
        exact = self.children.get(mnemonic, [])
        found = [(child, 1 if child.highest_suffix else None) for child in exact]
        stem = mnemonic.rstrip("0123456789")
        if stem != mnemonic:
            suffix = int(mnemonic[len(stem) :])
            numbered = (child for child in self.children.get(stem, []) if child.highest_suffix)
            found += [(child, suffix) for child in numbered]
        return found


class Language:
    """A command table made into a tree."""

    def __init__(self, commands: Iterable[Command], *, colon_before_common: bool = False) -> None:
        """Plant the table; some makers take a colon before a common command, the standard none."""
        self._root = _Node()
        self._colon_before_common = colon_before_common
        for command in commands:
            if command.pattern.startswith("*"):
                self._root.grow(command.pattern, command.pattern, 0).command = command
            else:
                self._plant(command)

    def compile(self, message: str) -> Program:
        """Return the steps of one program message; what is wrong becomes a step that raises.

        After a command error the rest of the message is dropped (from memory, unverified).
        """
        steps: list[Step] = []
        path: tuple[str, ...] = ()
        for unit in split_outside(message, ";"):
            if not unit.strip():
                continue
            try:
                step, path = self._compile_unit(unit, path)
            except ScpiError as wrong:
                steps.append(partial(_refuse, wrong))
                if wrong.is_command_error:
                    break
            else:
                steps.append(step)
        return tuple(steps)

    def _compile_unit(self, unit: str, path: tuple[str, ...]) -> tuple[Step, tuple[str, ...]]:
        """Return the step of one message unit and the path that the next one starts from."""
        if self._colon_before_common and unit.lstrip().startswith(":*"):
            unit = unit.lstrip()[1:]
        match = HEADER.match(unit)
        if match is None:
            raise ScpiError(-101 if not unit.lstrip()[0].isascii() else -102)
        header, query, rest = match[1], bool(match[2]), unit[match.end() :]
        if rest and not rest[0].isspace():
            raise ScpiError(-113 if rest[0] in ":?*" else -111 if rest[0] == "," else -101)
        if header.startswith("*"):
            mnemonics, after = (header.upper(),), path
        else:
            typed = tuple(header.lstrip(":").upper().split(":"))
            mnemonics = typed if header.startswith(":") else path + typed
            after = mnemonics[:-1]
        command, suffixes = self._find(mnemonics)
        handler = command.ask if query else command.tell
        if handler is None:
            raise ScpiError(-113)
        expected = command.asked if query else command.parameters
        arguments = _convert(_tokens(rest), expected)
        return partial(handler, *suffixes, *arguments), after

    def _find(self, mnemonics: Sequence[str]) -> tuple[Command, tuple[int, ...]]:
        """Return the command at the end of `mnemonics` and the numeric suffixes on the way."""
        places: list[tuple[_Node, tuple[int, ...]]] = [(self._root, ())]
        for mnemonic in mnemonics:
            steps = [
                (child, suffixes if suffix is None else (*suffixes, suffix), suffix)
                for node, suffixes in places
                for child, suffix in node.step(mnemonic)
            ]
            if not steps:
                too_long = len(mnemonic.rstrip("0123456789")) > LONGEST_MNEMONIC
                raise ScpiError(-112 if too_long else -113)
            places = [
                (child, suffixes)
                for child, suffixes, suffix in steps
                if suffix is None or 1 <= suffix <= child.highest_suffix
            ]
            if not places:
                raise ScpiError(-114)
        for node, suffixes in places:
            if node.command is not None:
                return node.command, suffixes
        raise ScpiError(-113)

    def _plant(self, command: Command) -> None:
        """Enter every spelling of `command`: with and without each optional node."""
        branches = [self._root]
        for match in NODE.finditer(command.pattern):
            optional, short, tail, suffix = match[1], match[2], match[3], match[4]
            grown = [
                branch.grow(short, (short + tail).upper(), int(suffix or 0)) for branch in branches
            ]
            branches = grown + branches if optional else grown
        for branch in branches:
            branch.command = command


def split_outside(text: str, separator: str) -> list[str]:
    """Split `text` at `separator` where it stands outside quotes and parentheses."""
    if separator not in text or not any(mark in text for mark in "\"'("):
        return text.split(separator)
    parts, begun, quote, depth = [], 0, "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == separator and depth <= 0:
            parts.append(text[begun:place])
            begun = place + 1
    return [*parts, text[begun:]]


def _refuse(wrong: ScpiError) -> None:
    raise wrong


def _tokens(text: str) -> list[Token]:
    """Return the parameters of one unit; an empty one between commas is a syntax error."""
    if not text.strip():
        return []
    return [token_of(part.strip()) for part in split_outside(text, ",")]


def _convert(tokens: Sequence[Token], expected: Sequence[Parameter]) -> list[object]:
    """Return the values of `tokens`, None standing for an optional one left out."""
    if len(tokens) > len(expected):
        if not (expected and expected[-1].repeated):
            raise ScpiError(-108)
        expected = [*expected, *[expected[-1]] * (len(tokens) - len(expected))]
    values: list[object] = [
        parameter.convert(token) for parameter, token in zip(expected, tokens, strict=False)
    ]
    for missing in expected[len(tokens) :]:
        if missing.required:
            raise ScpiError(-109)
        values.append(None)
    return values
