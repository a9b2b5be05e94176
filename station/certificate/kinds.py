"""What kind of document a certificate is, and what that changes in its words.

Calibration, test or verification by a legal document (Luật Đo lường 04/2011/QH13, Art. 3); which of
the first two it is was agreed with the customer. Only an instrument that passed gets a verification
certificate (Thông tư 24/2013/TT-BKHCN, Art. 38-41; its successor 54/2025/TT-BKHCN was not seen);
for others the outcome is notified. The letters of the numbers follow laboratory practice, they are
no rule.
"""

from enum import Enum

from station.certificate.item import phases, verdict
from station.certificate.results import VERDICTS
from station.certificate.texts import Text, say
from station.errors import Refused
from station.locale import N_
from station.metrology.conformity import Verdict
from station.run.plan import Order
from station.run.state import RunState


class Kind(Enum):
    """The letter that numbers of the kind begin with."""

    CALIBRATION = "C"
    TEST = "T"
    VERIFICATION = "V"
    NOTICE = "N"


TITLES = {
    Kind.CALIBRATION: N_("CALIBRATION CERTIFICATE"),
    Kind.TEST: N_("TEST CERTIFICATE"),
    Kind.VERIFICATION: N_("VERIFICATION CERTIFICATE"),
    Kind.NOTICE: N_("NOTICE OF VERIFICATION RESULTS"),
}

MEETS = N_("meets the metrological technical requirements")
MEETS_NOT = N_("does not meet the metrological technical requirements")

TESTED_LABELS = {
    "performed": N_("Date of test"),
    "place": N_("Place of test"),
    "calibrated_by": N_("Tested by"),
}
"""Labels that a test words differently."""

VERIFIED_LABELS = {
    "performed": N_("Date of verification"),
    "place": N_("Place of verification"),
    "calibrated_by": N_("Verified by"),
}
"""Labels that a verification words differently."""

NOTICE_LABELS = VERIFIED_LABELS | {"end": N_("End of notice")}
"""Labels of a notice."""

LABELS_OF = {
    Kind.CALIBRATION: {},
    Kind.TEST: TESTED_LABELS,
    Kind.VERIFICATION: VERIFIED_LABELS,
    Kind.NOTICE: NOTICE_LABELS,
}
"""Kind → the labels that it words differently."""


def kind_of(state: RunState, order: Order | None) -> Kind:
    """Return the kind of document for the only item of `state` (see `item.alone`).

    Raises:
        Refused: the order is for a test, and the run was a verification.
    """
    assert state.begun is not None
    test = order is not None and order.test
    if not state.begun.verification:
        return Kind.TEST if test else Kind.CALIBRATION
    if test:
        raise Refused(
            "Run {run} is a verification by {document}, and the order is for a test. Take "
            "`test` out of the order, or carry out the run as no verification.",
            run=state.begun.run,
            document=state.begun.verification,
        )
    passed = verdict(state, phases(state)[-1]) is Verdict.PASS
    return Kind.VERIFICATION if passed else Kind.NOTICE


def conclusion(kind: Kind, said: Verdict) -> Text:
    """Return the conclusion over all: the legal words where they apply (Art. 41)."""
    if kind is Kind.VERIFICATION:
        return say(MEETS)
    if kind is Kind.NOTICE and said is Verdict.FAIL:
        return say(MEETS_NOT)
    return say(VERDICTS[said])
