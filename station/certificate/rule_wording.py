"""What a certificate says of its decision rule: who passes, how wide w is, what may be wrong.

ISO/IEC 17025:2017, 7.8.6 (its parts 7.8.6.1 and 7.8.6.2 from memory, unverified); ILAC-G8:09/2019
clause 4; JCGM 106:2012 clause 8. The percentages are those of the nearest limit, at the edge of
its guard band; what the results at hand amount to is computed and stated beside it.
"""

from station.certificate.texts import Text, numeral, say
from station.locale import N_
from station.metrology.conformity import (
    CONFORMANCE_95,
    GUARDED_BINARY,
    GUARDED_NON_BINARY,
    GUARDED_REJECTION,
    ISO_14253_1,
    METHOD_6,
    ROOT_DIFFERENCE,
    SIMPLE_ACCEPTANCE,
    Rule,
)
from station.metrology.guard_band import formula

RULE_WORDING = {
    SIMPLE_ACCEPTANCE.name: N_(
        "Simple acceptance: a point passes where the error lies within the tolerance limits, else "
        "it fails. The uncertainty is not taken into account, so that near a limit up to one in "
        "two such decisions may be wrong."
    ),
    GUARDED_BINARY.name: N_(
        "Guarded acceptance: a point passes where the error lies within the tolerance limits "
        "reduced by the guard band w, else it fails. On an acceptance limit a pass is wrong with "
        "2.3 % probability (nearest limit, k = 2, normal distribution); a fail says only that "
        "conformity was not shown."
    ),
    GUARDED_NON_BINARY.name: N_(
        "Guarded acceptance with conditional verdicts: pass within the tolerance limits reduced "
        "by the guard band w; conditional pass between there and the limits; conditional fail up "
        "to w beyond the limits; fail further out. On the edges of the guard bands a pass or a "
        "fail is wrong with 2.3 % probability (nearest limit, k = 2, normal distribution), near a "
        "limit up to one in two conditional verdicts."
    ),
    GUARDED_REJECTION.name: N_(
        "Guarded rejection: a point fails only where the error lies beyond the tolerance limits "
        "extended by the guard band w, else it passes. On the outer edge of the guard band a fail "
        "is wrong with 2.3 % probability (nearest limit, k = 2, normal distribution). A pass says "
        "only that non-conformity was not shown: beyond a tolerance limit it is more likely wrong "
        "than right."
    ),
    ISO_14253_1.name: N_(
        "Conformity or non-conformity is to be proven: pass within the tolerance limits reduced "
        "by the guard band w; fail beyond the limits extended by w; in between neither is proven: "
        "conditional pass up to the limits, conditional fail beyond them. On the edges of the "
        "guard bands a pass or a fail is wrong with 4.9 % probability (nearest limit, k = 2, "
        "normal distribution), near a limit up to one in two conditional verdicts."
    ),
    METHOD_6.name: N_(
        "Guarded acceptance: a point passes where the error lies within the acceptance limits, "
        "else it fails. T is half the width of the tolerance, A that of acceptance, w = T − A, "
        "TUR = T/U. The formula is made to keep the share of items accepted wrongly (global risk) "
        "at about 2 % or less, however many of the items conform; the risk of a single pass may "
        "be up to one in two. From TUR 4.6 on w is 0; below TUR 1 a point is not assessable."
    ),
    ROOT_DIFFERENCE.name: N_(
        "Guarded acceptance: a point passes where the error lies within the acceptance limits, "
        "else it fails. T is half the width of the tolerance, A that of acceptance, w = T − A, "
        "TUR = T/U. The formula promises no risk: the higher TUR is, the closer to one in two a "
        "pass on an acceptance limit is wrong. Up to TUR 1 a point is not assessable."
    ),
    CONFORMANCE_95.name: N_(
        "Guarded acceptance with a probability of conformity of 95 %, required at each limit: a "
        "point passes where the error lies within the tolerance limits reduced by the guard band "
        "w, else it fails. u is the standard uncertainty, z the quantile of the normal "
        "distribution, or of Student's where u has few degrees of freedom. On an acceptance limit "
        "a pass is wrong with 5 % probability (nearest limit); a fail says only that this "
        "probability was not reached."
    ),
}
"""Name of the rule → English text."""


def rule_statement(rule: Rule) -> Text:
    """Return the statement of the rule that was applied."""
    return say(
        N_("Decision rule ({name}, version {version}; {clause}), {formula}. {wording}"),
        name=rule.name,
        version=rule.version,
        clause=rule.clause,
        formula=numeral(formula(rule.guard_band).replace(".", ",").replace("-", "−")),
        wording=say(RULE_WORDING[rule.name]),
    )
