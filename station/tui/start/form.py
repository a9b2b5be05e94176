"""The form of a new run: fields as they stand in an order, and what can be chosen for each."""

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from station.bench_file import BenchFile
from station.run.rule import rule_title
from station.tui.desk import Desk
from station.tui.parts.chooser import Offer
from station.tui.parts.dialogs import Tick
from station.tui.parts.fields import Entry, Field, Go
from station.tui.parts.words import Speech
from station.tui.start.fitting import Fit
from station.tui.start.launch import Order
from station.tui.start.ready import ItemThere, items_of_file


class OrderForm(Vertical):
    """Shows an order; the screen changes it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="form")
        self._desk = desk

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        say = self._desk.say
        with Horizontal():
            yield Label(say("Scan or type"))
            yield Entry(id="scan", placeholder=say("the item's number"), compact=True)
        yield Field(say("Item"), id="item")
        yield Field(say("Bench file"), id="bench")
        yield Field(say("Procedure"), id="procedure")
        yield Field(say("Rule"), id="rule")
        yield Tick(say("simulated instruments"), ticked=True, id="simulated")
        yield Tick(say("simulated time as on the wall"), ticked=False, id="real-time")
        with Horizontal():
            yield Label(say("Operator"))
            # Who has signed in is nobody else.
            yield Entry(self._desk.by, id="by", compact=True, disabled=self._desk.signed_in)
        yield Go(f"▶ {say('Start the run')}", id="go")

    def show(self, order: Order, file: BenchFile, fits: Sequence[Fit]) -> None:
        """Show an order on the bench of `file`."""
        for field, value in values(order, file, fits, self._desk.say).items():
            self.query_one(f"#{field}", Field).show(value)
        self.query_one("#simulated", Tick).tick(ticked=order.simulated)


def values(order: Order, file: BenchFile, fits: Sequence[Fit], say: Speech) -> dict[str, str]:
    """Return what the fields that are chosen say."""
    called = next((fit.title for fit in fits if fit.name == order.procedure), "")
    agreed = agreed_rule_of(file)
    title = rule_title(agreed or order.rule, say)
    rule = f"{title}  {say('(agreed in the order)')}" if agreed else title
    return {
        "item": _items(order, file),
        "bench": str(order.bench),
        "procedure": f"{order.procedure}  {called}",
        "rule": rule or say("the laboratory's"),
    }


def agreed_rule_of(file: BenchFile) -> str:
    """Return the decision rule that the order of a bench file names, or nothing."""
    return (file.order.rule if file.order else None) or ""


def _items(order: Order, file: BenchFile) -> str:
    items = items_of_file(order.bench, file)
    if not items:
        return ""
    first = items[0]
    more = f"(+{len(items) - 1})" if len(items) > 1 else ""
    return "  ".join(part for part in (first.serial, first.model, more, first.customer) if part)


def item_offers(there: Iterable[ItemThere]) -> list[Offer]:
    """Return the items of all bench files; choosing one chooses its file."""
    return [
        Offer(
            str(item.bench),
            f"{item.serial or '?':<14} {item.model:<20} {item.asset:<10} {item.customer}",
        )
        for item in there
    ]


def procedure_offers(fits: Iterable[Fit]) -> list[Offer]:
    """Return the procedures, each with what hinders it."""
    return [Offer(fit.name, f"{fit.name:<18} {fit.title}", fit.why_not) for fit in fits]


def rule_offers(agreed: str, say: Speech) -> list[Offer]:
    """Return the decision rules; where one is agreed, the others say so."""
    from station.metrology.conformity import RULES

    why = say("The order names the rule that was agreed with the customer.")
    return [
        Offer(
            name, f"{rule_title(name, say)}  {rule.clause}", why if agreed not in ("", name) else ""
        )
        for name, rule in RULES.items()
    ]
