"""From a stream of bytes to messages, and from replies to bytes, as a face's `Line` says."""

from simulators.faces import Line

LONGEST_MESSAGE = 1 << 20
"""Bytes without an end after which a sender is not taken for a client any more."""

CR, LF = ord("\r"), ord("\n")


class EndlessMessage(Exception):
    """More bytes came without an end than any message has."""


class Framer:
    """What has come of a message so far."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._ends = frozenset(line.message_ends)
        self._plain = line.message_ends == b"\n" and line.complete is Line().complete
        self._begun = bytearray()
        self._after_return = False

    def forget(self) -> None:
        """Drop an unfinished message."""
        self._begun.clear()

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the messages that `chunk` completes, without their ends.

        Raises:
            EndlessMessage: nothing ended for too long; what had come is dropped.
        """
        if self._plain and not self._begun and chunk.find(b"\n") == len(chunk) - 1:
            return [chunk.rstrip(b"\r\n")]
        if self._plain:
            self._begun += chunk
            if b"\n" not in chunk:
                self._refuse_endless()
                return []
            *whole, rest = bytes(self._begun).split(b"\n")
            self._begun[:] = rest
            messages = [message.rstrip(b"\r") for message in whole]
        else:
            messages = [message for byte in chunk for message in self._take(byte)]
        self._refuse_endless()
        return messages

    def _refuse_endless(self) -> None:
        if len(self._begun) > LONGEST_MESSAGE:
            self.forget()
            raise EndlessMessage

    def _take(self, byte: int) -> list[bytes]:
        """Take one byte; LF after CR belongs to the end that has been."""
        paired = byte == LF and self._after_return
        self._after_return = byte == CR and CR in self._ends
        if paired:
            return []
        if byte in self._ends:
            return [self._whole()]
        self._begun.append(byte)
        return [self._whole()] if self._line.complete(bytes(self._begun)) else []

    def _whole(self) -> bytes:
        message = bytes(self._begun)
        self._begun.clear()
        return message if CR in self._ends else message.rstrip(b"\r")


def translated(payload: bytes, line: Line) -> bytes:
    """Return a reply with the line ends of the face."""
    return payload if line.reply_end == b"\n" else payload.replace(b"\n", line.reply_end)
