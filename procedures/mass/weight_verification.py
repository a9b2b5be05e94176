"""Legal verification of weights: which document, and what is looked at before weighing.

Numbers of documents as read in laboratories' registers; their clauses were not seen. That the
limits of OIML R 111-1 hold at every verification is from memory, unverified.
"""

from procedures.details import checked
from procedures.mass.weight_details import Details, Mode
from procedures.mass.weight_limits import WeightClass
from station.errors import BadInput
from station.locale import N_
from station.procedure import DUT, Inspection, Items, Verification

DOCUMENTS = dict.fromkeys(
    (WeightClass.F2, WeightClass.M1, WeightClass.M2),
    "ĐLVN 47:2009, weights of classes F2, M1 and M2, verification procedure",
)

OPERATIONS = {
    Mode.INITIAL: N_("initial verification"),
    Mode.PERIODIC: N_("periodic verification"),
    Mode.AFTER_REPAIR: N_("verification after repair"),
}

NOT_SEEN = "clause not seen in the document"

EXTERNAL = (
    Inspection(
        "markings",
        N_("Do nominal value and class stand on the weights or their box, legible and right?"),
        f"external inspection; {NOT_SEEN}",
    ),
    Inspection(
        "surface",
        N_("Are the weights clean, without rust, scratches, dents or loose parts?"),
        f"external inspection; {NOT_SEEN}",
    ),
    Inspection(
        "shape",
        N_("Do shape and material agree with the class?"),
        f"external inspection; {NOT_SEEN}",
    ),
)

CAVITY = Inspection(
    "cavity",
    N_("Is the adjusting cavity closed and its seal whole, where there is one?"),
    f"technical check; {NOT_SEEN}",
)

MAGNETISM = Inspection(
    "magnetism",
    N_("Was the magnetism of the weights found within the limits of the class?"),
    f"technical check, OIML R 111-1, 9 (from memory, unverified); {NOT_SEEN}",
)


def verification(items: Items) -> Verification | None:
    """Return the verification that the details ask for; None: a calibration.

    New and repaired weights are checked for magnetism as well, others on their outside only.

    Raises:
        BadInput: the details are wrong, or no document is known of the class.
    """
    details = checked(DUT, items[DUT].details, Details)
    if details.mode is Mode.CALIBRATION:
        return None
    document = details.document or DOCUMENTS.get(details.class_)
    if document is None:
        raise BadInput(
            "No verification document is known here for weights of class {class_}. State document "
            'in [instruments.{dut}.details], or mode = "calibration".',
            class_=details.class_,
            dut=DUT,
        )
    technical = (CAVITY,) if details.mode is Mode.PERIODIC else (CAVITY, MAGNETISM)
    return Verification(document, OPERATIONS[details.mode], (*EXTERNAL, *technical))
