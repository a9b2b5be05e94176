"""What each passing fault does to the replies of the message that it strikes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulators.faults.fault import Fault, FaultKind
from simulators.panel import Replies, Reply

GARBAGE = bytes([0xFF, 0xC3, 0x80, 0x9D, 0xFE, 0xA5])  # no text in ASCII nor in UTF-8
HIGHEST_BIT = 0x80


def struck(fault: Fault, replies: Replies) -> Replies:
    """Return what arrives of `replies` when `fault` strikes."""
    strike = _STRIKES.get(fault.kind)
    return replies if strike is None else strike(replies, fault)


def hang_up(replies: Replies) -> Reply:
    """Return the end of the line at the moment of the first reply."""
    return Reply(b"", replies[0].ready if replies else 0.0, ends=False, hangs_up=True)


def _silence(replies: Replies, fault: Fault) -> Replies:
    return ()


def _late(replies: Replies, fault: Fault) -> Replies:
    return tuple(reply._replace(ready=reply.ready + fault.seconds, stray=True) for reply in replies)


def _drip(replies: Replies, fault: Fault) -> Replies:
    return tuple(
        reply._replace(
            payload=bytes([byte]),
            ready=reply.ready + fault.seconds * place / len(reply.payload),
            ends=reply.ends and place == len(reply.payload),
            stray=True,
        )
        for reply in replies
        for place, byte in enumerate(reply.payload, 1)
    )


def _halves(reply: Reply) -> tuple[bytes, bytes]:
    middle = len(reply.payload) // 2
    return reply.payload[:middle], reply.payload[middle:]


def _truncated(replies: Replies, fault: Fault) -> Replies:
    return tuple(reply._replace(payload=_halves(reply)[0], ends=False) for reply in replies)


def _split(replies: Replies, fault: Fault) -> Replies:
    found: list[Reply] = []
    for reply in replies:
        first, rest = _halves(reply)
        found.append(reply._replace(payload=first, ends=False))
        late = reply.ready + fault.seconds
        found.append(reply._replace(payload=rest, ready=late, stray=True))
    return tuple(found)


def _no_terminator(replies: Replies, fault: Fault) -> Replies:
    return tuple(reply._replace(payload=reply.payload.rstrip(b"\n")) for reply in replies)


def _two_terminators(replies: Replies, fault: Fault) -> Replies:
    return tuple(reply._replace(payload=reply.payload + b"\n") for reply in replies)


def _garbage(replies: Replies, fault: Fault) -> Replies:
    return tuple(reply._replace(payload=GARBAGE + b"\n") for reply in replies)


def _not_ascii(replies: Replies, fault: Fault) -> Replies:
    return tuple(
        reply._replace(payload=bytes([reply.payload[0] | HIGHEST_BIT]) + reply.payload[1:])
        if reply.payload
        else reply
        for reply in replies
    )


def _disconnect_before(replies: Replies, fault: Fault) -> Replies:
    return (hang_up(replies),)


def _disconnect_during(replies: Replies, fault: Fault) -> Replies:
    if not replies:
        return (hang_up(replies),)
    half = replies[0]._replace(payload=_halves(replies[0])[0], ends=False, hangs_up=True)
    return (half,)


def _disconnect_after(replies: Replies, fault: Fault) -> Replies:
    if not replies:
        return (hang_up(replies),)
    return (*replies[:-1], replies[-1]._replace(hangs_up=True))


_STRIKES: Mapping[FaultKind, Callable[[Replies, Fault], Replies]] = MappingProxyType({
    FaultKind.SILENCE: _silence, FaultKind.LATE: _late, FaultKind.DRIP: _drip,
    FaultKind.TRUNCATED: _truncated, FaultKind.SPLIT: _split,
    FaultKind.NO_TERMINATOR: _no_terminator, FaultKind.TWO_TERMINATORS: _two_terminators,
    FaultKind.GARBAGE: _garbage, FaultKind.NOT_ASCII: _not_ascii,
    FaultKind.DISCONNECT_BEFORE: _disconnect_before,
    FaultKind.DISCONNECT_DURING: _disconnect_during,
    FaultKind.DISCONNECT_AFTER: _disconnect_after,
})  # fmt: skip
