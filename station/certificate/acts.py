"""What people did with the results before a certificate was issued, as the certificate says it."""

from collections.abc import Iterator

from pydantic import Field

from station.certificate.texts import same, say
from station.certificate.wording import Note, Topic
from station.locale import N_
from station.run.plan import Record

AMENDMENT = N_("Amendment to certificate {number}, which it replaces. Reason: {reason}")
"""ISO/IEC 17025:2017, 7.8.8.2 and 7.8.8.3."""


class Acts(Record):
    """Who reviewed and approved, by login; which certificate it replaces, and why.

    `amends_digest` is the SHA-256 of that one's XML. `names` are the people's names by login, as
    they were when it was issued.
    """

    reviewed_by: str = ""
    approved_by: str = ""
    amends: str = ""
    amends_digest: str = ""
    reason: str = ""
    names: dict[str, str] = Field(default_factory=dict)

    def name(self, login: str) -> str:
        """Return the name of whoever has that login; without an account, what was given."""
        return self.names.get(login, login)

    def by_name(self) -> "Acts":
        """Return the same with names in place of logins."""
        people = {
            "reviewed_by": self.name(self.reviewed_by),
            "approved_by": self.name(self.approved_by),
        }
        return self.model_copy(update=people)


NOBODY = Acts()
"""Nobody reviewed or approved before it was issued."""


def amendment(acts: Acts) -> Iterator[Note]:
    """Yield the statement of an amendment."""
    if acts.amends:
        text = say(AMENDMENT, number=acts.amends, reason=same(acts.reason))
        yield Note(Topic.AMENDMENT, text)
