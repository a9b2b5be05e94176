"""Until when: the next calibration where the customer agreed, or the validity of a verification.

ISO/IEC 17025:2017, 7.8.4.3: nothing is recommended unless it was agreed. A verification is valid to
the end of the instrument's cycle (Thông tư 24/2013/TT-BKHCN, Art. 41); the station keeps no table
of cycles, so the order says the day. The condition is the one that laboratories print with it.
"""

from collections.abc import Iterator
from datetime import date

from station.certificate.kinds import Kind
from station.certificate.texts import day, say
from station.certificate.wording import Note, Topic
from station.errors import Refused
from station.locale import N_
from station.run.plan import Order

UNTIL = {Kind.CALIBRATION: N_("Next calibration"), Kind.VERIFICATION: N_("Valid until")}
"""What a label calls the day."""

SAID = {
    Kind.CALIBRATION: N_("Next calibration, as agreed with the customer: {date}."),
    Kind.VERIFICATION: N_(
        "Valid until {date}, provided that the rules of use and storage are observed."
    ),
}


def validity(order: Order, kind: Kind) -> Iterator[Note]:
    """Yield the statement of the day that an order names; a notice has none."""
    if order.next_due is not None and kind in SAID:
        yield Note(Topic.VALIDITY, say(SAID[kind], date=day(order.next_due)))


def refuse_past(order: Order, performed_to: date) -> None:
    """Refuse a day that is not after the work.

    Raises:
        Refused: it is not.
    """
    if order.next_due is not None and order.next_due <= performed_to:
        raise Refused(
            "Order {order}: the next calibration is due on {due}, yet this one was performed "
            "until {performed_to}. Correct `next_due` in the order file.",
            order=order.number,
            due=order.next_due,
            performed_to=performed_to,
        )
