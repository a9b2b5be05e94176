"""Time stamps: another authority's word that a signature was there at an instant (RFC 3161)."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from station.errors import BadInput, StationError

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

LARGEST_REPLY = 100_000
SECONDS = 10.0
GRANTED = ("granted", "granted_with_mods")
ASKED = "application/timestamp-query"


def time_stamper(url: str, *, seconds: float = SECONDS) -> "TimeStamper":
    """Return what asks the time stamp server at `url`, waiting `seconds` (s) for it.

    Raises:
        BadInput: it is no address of a server.
    """
    from pyhanko.sign.timestamps import TimeStamper

    if not _is_address(url):
        raise BadInput(
            "{url!r} is no time stamp server. Name it like http://tsa.example.org/.", url=url
        )

    class Asking(TimeStamper):
        """Asks by HTTP (RFC 3161, 3.4)."""

        async def async_request_tsa_response(self, req: Any) -> Any:
            answer = await asyncio.to_thread(_asked, url, req.dump(), seconds)
            _check_imprint(answer, req, url)
            return answer

    make: Callable[[], TimeStamper] = Asking
    return make()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no IPv6 address
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _check_imprint(answer: Any, asked: Any, url: str) -> None:
    """Check that a stamp is of what was asked; the library looks at its number alone.

    Raises:
        StationError: it is of something else.
    """
    said = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    if said["message_imprint"].native != asked["message_imprint"].native:
        raise StationError(
            "The time stamp server {url} stamped something else than was sent. Try another.",
            url=url,
        )


def _asked(url: str, query: bytes, seconds: float) -> Any:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    from asn1crypto.tsp import TimeStampResp

    request = Request(url, data=query, headers={"Content-Type": ASKED})
    try:
        with urlopen(request, timeout=seconds) as reply:
            content = reply.read(LARGEST_REPLY + 1)
    except (OSError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise StationError(
            "The time stamp server {url} did not answer: {error}. Try again, or sign without.",
            url=url,
            error=error,
        ) from error
    try:
        # What is longer than is read is cut, and so no reply.
        answer = TimeStampResp.load(content[:LARGEST_REPLY], strict=True)
        # Read by being asked for; a refusal brings no stamp.
        status = answer["status"]["status"].native
    except ValueError as error:
        why = " ".join(str(error).split())[:200]
        raise StationError(
            "The time stamp server {url} answered with no time stamp: {why}. Try another.",
            url=url,
            why=why,
        ) from error
    if status not in GRANTED:
        raise StationError(
            "The time stamp server {url} refused: {status}. Try another.", url=url, status=status
        )
    return answer
