"""The decision rule of a run: agreed, named, and recorded with all it consists of."""

from station.errors import BadInput
from station.files import nearest
from station.locale import N_, Translate
from station.metrology.conformity import RULES, Rule
from station.metrology.guard_band import formula, parameters
from station.run.entries import RunBegun
from station.run.plan import Order, RuleDefinition

TITLES = {
    "simple-acceptance": N_("Simple acceptance"),
    "guarded-binary": N_("Guarded acceptance: pass or fail"),
    "guarded-non-binary": N_("Guarded acceptance with conditional verdicts"),
    "guarded-rejection": N_("Guarded rejection"),
    "iso-14253-1": N_("Conformity is to be proven (ISO 14253-1)"),
    "z540.3-method-6": N_("Guarded acceptance, risk 2 % (Z540.3, method 6)"),
    "root-difference-of-squares": N_("Guarded acceptance, √(T² − U²)"),
    "conformance-probability-95": N_("95 % probability of conformity"),
}
"""Name of a rule → what it is called in words."""


def rule_title(name: str, say: Translate) -> str:
    """Return a rule in words; one that is not ours is told by its name."""
    return say(TITLES[name]) if name in TITLES else name


def rule_named(name: str) -> Rule:
    """Return the decision rule `name`.

    Raises:
        BadInput: there is none.
    """
    if name not in RULES:
        raise BadInput(
            "There is no decision rule {name!r}.{nearest}", name=name, nearest=nearest(name, RULES)
        )
    return RULES[name]


def agreed_rule(order: Order | None, asked: str | None, *, default: str) -> Rule:
    """Return the rule that the order names, else the one asked for, else the laboratory's.

    Raises:
        BadInput: there is no such rule, or another one is asked for than was agreed.
    """
    agreed = order.rule if order else None
    if order and agreed and asked and asked != agreed:
        raise BadInput(
            "Order {order} names the decision rule {agreed!r}, and {asked!r} is asked for. "
            "What was agreed with the customer decides (ISO/IEC 17025:2017, 7.1.3): change "
            "the order with the customer, or ask for no other rule.",
            order=order.number,
            agreed=agreed,
            asked=asked,
        )
    return rule_named(agreed or asked or default)


def definition(rule: Rule) -> RuleDefinition:
    """Return what the record keeps of a rule besides its name and version."""
    return RuleDefinition(
        zones=rule.zones.value,
        guard_band=formula(rule.guard_band),
        parameters=parameters(rule.guard_band),
        clause=rule.clause,
    )


def is_of(rule: Rule, begun: RunBegun) -> bool:
    """Tell whether a run was judged by just this rule, as far as its record says."""
    recorded = begun.rule_definition
    return (rule.name, str(rule.version)) == (begun.rule, begun.rule_version) and (
        recorded is None or recorded == definition(rule)
    )
