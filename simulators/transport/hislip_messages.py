"""HiSLIP messages: a header of 16 bytes, and a payload.

Figures as pyvisa/pyvisa-py states them (pyvisa_py/protocols/hislip.py, after IVI-6.1).
"""

import struct
from enum import IntEnum
from typing import NamedTuple

HEADER = struct.Struct("!2sBBIQ")
PROLOGUE = b"HS"
LARGEST_PAYLOAD = 1 << 20
"""Bytes this server takes in one message."""


class Kind(IntEnum):
    """Type of a message."""

    INITIALIZE = 0
    INITIALIZE_RESPONSE = 1
    FATAL_ERROR = 2
    ERROR = 3
    ASYNC_LOCK = 4
    ASYNC_LOCK_RESPONSE = 5
    DATA = 6
    DATA_END = 7
    DEVICE_CLEAR_COMPLETE = 8
    DEVICE_CLEAR_ACKNOWLEDGE = 9
    ASYNC_REMOTE_LOCAL_CONTROL = 10
    ASYNC_REMOTE_LOCAL_RESPONSE = 11
    TRIGGER = 12
    INTERRUPTED = 13
    ASYNC_INTERRUPTED = 14
    ASYNC_MAX_MESSAGE_SIZE = 15
    ASYNC_MAX_MESSAGE_SIZE_RESPONSE = 16
    ASYNC_INITIALIZE = 17
    ASYNC_INITIALIZE_RESPONSE = 18
    ASYNC_DEVICE_CLEAR = 19
    ASYNC_SERVICE_REQUEST = 20
    ASYNC_STATUS_QUERY = 21
    ASYNC_STATUS_RESPONSE = 22
    ASYNC_DEVICE_CLEAR_ACKNOWLEDGE = 23
    ASYNC_LOCK_INFO = 24
    ASYNC_LOCK_INFO_RESPONSE = 25


FIRST_VENDOR_KIND = 128
PROGRAM_KINDS = frozenset({Kind.DATA, Kind.DATA_END, Kind.TRIGGER})
"""What an instrument carries out."""


class Fatal(IntEnum):
    """Why a session is ended."""

    POORLY_FORMED_HEADER = 1
    WITHOUT_BOTH_CHANNELS = 2
    INVALID_INITIALIZATION = 3


class Wrong(IntEnum):
    """What is wrong with one message; the session goes on."""

    UNIDENTIFIED = 0
    UNRECOGNIZED_TYPE = 1
    UNRECOGNIZED_CONTROL_CODE = 2
    UNRECOGNIZED_VENDOR_MESSAGE = 3
    MESSAGE_TOO_LARGE = 4


class Message(NamedTuple):
    """One message; the payload of one that is too large has been dropped."""

    kind: int
    control: int
    parameter: int
    payload: bytes
    too_large: bool = False


class PoorlyFormed(Exception):
    """These bytes are no HiSLIP header."""


def packed(kind: Kind, control: int = 0, parameter: int = 0, payload: bytes = b"") -> bytes:
    """Return a message as it goes over the wire."""
    return HEADER.pack(PROLOGUE, kind, control, parameter, len(payload)) + payload


class MessageReader:
    """What has come of a message so far."""

    def __init__(self) -> None:
        self._begun = bytearray()
        self._skip = 0

    def feed(self, chunk: bytes) -> list[Message]:
        """Return the messages that `chunk` completes.

        Raises:
            PoorlyFormed: a header does not begin as one.
        """
        if not self._begun and not self._skip and len(chunk) >= HEADER.size:
            prologue, kind, control, parameter, length = HEADER.unpack_from(chunk)
            if prologue == PROLOGUE and length == len(chunk) - HEADER.size:
                return [Message(kind, control, parameter, chunk[HEADER.size :])]
        self._begun += chunk
        messages: list[Message] = []
        while True:
            dropped = min(self._skip, len(self._begun))
            if dropped:
                del self._begun[:dropped]
                self._skip -= dropped
            if len(self._begun) < HEADER.size:
                return messages
            prologue, kind, control, parameter, length = HEADER.unpack_from(self._begun)
            if prologue != PROLOGUE:
                raise PoorlyFormed
            if length > LARGEST_PAYLOAD:
                del self._begun[: HEADER.size]
                self._skip = length
                messages.append(Message(kind, control, parameter, b"", too_large=True))
                continue
            end = HEADER.size + length
            if len(self._begun) < end:
                return messages
            payload = bytes(self._begun[HEADER.size : end])
            del self._begun[:end]
            messages.append(Message(kind, control, parameter, payload))
