"""Who is expected to answer, and whether it is them."""

from dataclasses import dataclass

from drivers.capabilities import Identity


@dataclass(frozen=True, slots=True)
class ExpectedIdentity:
    """Makers and models that may answer, and the serial number where one is known.

    Letter case and blanks around a field do not count.
    """

    makers: tuple[str, ...]
    models: tuple[str, ...]
    serial: str | None = None

    def matches(self, identity: Identity) -> bool:
        """Return whether `identity` is one of those expected."""
        return (
            _plain(identity.maker) in map(_plain, self.makers)
            and _plain(identity.model) in map(_plain, self.models)
            and (self.serial is None or _plain(self.serial) == _plain(identity.serial))
        )

    def __str__(self) -> str:
        who = f"{' or '.join(self.makers)} {' or '.join(self.models)}"
        return who if self.serial is None else f"{who}, serial {self.serial}"


def parse_identity(reply: str) -> Identity | None:
    """Return the identity in a `*IDN?` reply, or None if it is none.

    Source: IEEE 488.2, 10.14: four fields separated by commas.
    """
    fields = reply.split(",", 3)
    if len(fields) != 4 or not all(fields[:2]):
        return None
    return Identity(*(field.strip() for field in fields))


def _plain(field: str) -> str:
    return field.strip().casefold()
