"""Everything behind a certificate as a tree: people, journal, standards up to the SI, points."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static, Tree
from textual.widgets.tree import TreeNode

from station.clock import ZONE
from station.errors import StationError, told
from station.locale import N_
from station.records.trace import Trace, TracedPoint, TracedRow, trace
from station.run.entries import Measured, Overloaded
from station.run.plan import BoundInstrument
from station.tui.desk import Desk
from station.tui.parts import numbers
from station.tui.parts.bar import Bar
from station.tui.parts.errand import errand
from station.tui.parts.keys import Footer
from station.tui.parts.words import OVERLOAD, PHASE, Speech, point_name, source_of, verdict_word

HASH = 16
"""Letters of a hash that are shown; `station trace` prints it whole."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree and what it rests on; `opened` shows that from the beginning."""

    text: str
    branches: tuple["Branch", ...] = ()
    opened: bool = False


def branches(found: Trace, say: Speech) -> Branch:
    """Return everything behind a certificate."""
    issued = found.certificate
    day = f"{issued.issued.astimezone(ZONE):%Y-%m-%d}"
    title = say("Certificate {number}, issued {day} by {by}").format(
        number=issued.number, day=day, by=issued.issued_by
    )
    points = tuple(_point(each, found, say) for each in found.points)
    counted = say("Points ({count})").format(count=len(points))
    return Branch(
        title,
        (
            _documents(found, say),
            Branch(say("People"), tuple(_people(found, say))),
            _journal(found, say),
            Branch(say("Standards"), tuple(_standards(found, say)), opened=True),
            Branch(counted, points, opened=True),
        ),
        opened=True,
    )


def _documents(found: Trace, say: Speech) -> Branch:
    issued = found.certificate
    return Branch(
        say("Documents"),
        (
            Branch(f"PDF  SHA-256 {issued.pdf[:HASH]}…"),
            Branch(f"XML  SHA-256 {issued.xml[:HASH]}…"),
        ),
    )


def _people(found: Trace, say: Speech) -> Iterator[Branch]:
    for person, did in found.people.items():
        yield Branch(f"{person}: {', '.join(map(say, did))}")


def _journal(found: Trace, say: Speech) -> Branch:
    begun, issued = found.begun, found.certificate
    programs = [(p.software, p.software_digest) for p in found.resumed]
    every = dict.fromkeys([(begun.software, begun.software_digest), *programs])
    entries = say("Run {run}: {count} entries, hash {hash}…").format(
        run=begun.run, count=issued.entries, hash=issued.head[:HASH]
    )
    simulated = f"{say('SIMULATED')} · " if begun.simulated else ""
    return Branch(
        f"{simulated}{entries}",
        (
            Branch(f"{say('Bench')}: {begun.bench}  {_hash(begun.bench_digest)}"),
            Branch(
                f"{say('Procedure')}: {begun.procedure} {begun.revision}  "
                f"{_hash(begun.procedure_digest)}",
                (Branch(f"{say('Method')}: {say(begun.method)}"),),
            ),
            *(Branch(f"{say('Software')}: {name}  {_hash(digest)}") for name, digest in every),
            Branch(f"{say('Decision rule')}: {begun.rule} {begun.rule_version}"),
        ),
    )


def _hash(digest: str) -> str:
    return f"SHA-256 {digest[:HASH]}…" if digest else "–"


def _standards(found: Trace, say: Speech) -> Iterator[Branch]:
    for role, traced in found.standards.items():
        bound = traced.bound
        lifted = tuple(
            Branch(
                say("! {refusal}, lifted by {by} until {until}: {reason}").format(
                    refusal=each.refusal, by=each.by, until=each.until, reason=each.reason
                )
            )
            for each in found.begun.overrides
            if each.role == role
        )
        file = f"✓ {_hash(bound.certificate_digest or '')}"
        if traced.lost is not None:
            file = f"✗ {traced.lost.told(say)}"
        kept = Branch(f"{say('File')}: {file}")
        stated = _certificate(bound, say, kept)
        yield Branch(f"{bound.title}, {bound.serial}  ({role})", (stated, *lifted), opened=True)


def _certificate(bound: BoundInstrument, say: Speech, *more: Branch) -> Branch:
    """Return a standard's certificate with what its issuer states: the way to the SI."""
    issuer = bound.certificate_issuer or say("(issuer not stated)")
    until = f"{bound.calibrated} … {bound.due}"
    si = Branch(f"→ {bound.traceability or say('(the issuer states nothing)')}")
    title = f"{say('Certificate')} {bound.certificate}, {issuer}, {until}"
    return Branch(title, (si, *more), opened=bool(more))


def _point(point: TracedPoint, found: Trace, say: Speech) -> Branch:
    entry, planned = point.result.entry, point.planned
    name = f"{say(PHASE[point.phase])}: {point_name(planned, say)}"
    inside: list[Branch] = []
    if isinstance(entry, Measured):
        error, u = numbers.with_uncertainty(
            entry.error, entry.expanded_uncertainty, planned.unit, say.notation
        )
        name += f"  {error}  U {u}  {verdict_word(entry.verdict, say)}"
        lines = tuple(
            Branch(f"{say(line.name)}  {_share(line.share, say)}  {source_of(line, say)}")
            for line in sorted(entry.budget, key=lambda one: -one.share)
        )
        inside.append(Branch(say("Uncertainty budget"), lines))
    elif isinstance(entry, Overloaded):
        name += f"  {say(OVERLOAD)}"
    inside += [_row(row, say) for row in (point.result, *point.observations)]
    inside += [_rests_on(found.standards[role].bound, say) for role in point.standards]
    return Branch(name, tuple(inside))


def _rests_on(bound: BoundInstrument, say: Speech) -> Branch:
    return Branch(f"{bound.title}, {bound.serial}", (_certificate(bound, say),))


def _share(share: float, say: Speech) -> str:
    return f"{numbers.plain(100 * share, say.notation, '.1f')} %"


def _row(row: TracedRow, say: Speech) -> Branch:
    entry = row.entry
    at = f"{row.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
    title = say("Entry {seq} of {at}, hash {hash}…").format(
        seq=row.seq, at=at, hash=row.hash[:HASH]
    )
    readings = () if isinstance(entry, Overloaded) else entry.readings
    return Branch(
        title,
        (
            *(
                Branch(f"{r.of}: {numbers.plain(r.value, say.notation)}  ← {r.raw}")
                for r in readings
            ),
            Branch(say("{count} exchanges over the wires").format(count=len(entry.wire))),
        ),
    )


class TraceTree(Tree[Branch]):
    """The tree; what a branch rests on is made when it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space", "toggle_node", N_("open/close"), tooltip=N_("open or close a branch")
        ),
        Binding("e", "everything", N_("open all"), tooltip=N_("open or close all branches below")),
        Binding("left", "fold", show=False),
        Binding("right", "unfold", show=False),
    ]

    def on_resize(self) -> None:
        """Cut the lines where the screen ends now."""
        self.root.set_label(self.root.label)

    def room(self, node: TreeNode[Branch]) -> int:
        """Return how many cells there are for the text of a branch."""
        depth = sum(1 for _ in _above(node))
        width = self.scrollable_content_region.width
        return width - depth * self.guide_depth - cell_len(self.ICON_NODE)

    def render_label(self, node: TreeNode[Branch], base_style: Style, style: Style) -> Text:
        """Draw a line; what does not fit ends in …."""
        text = super().render_label(node, base_style, style)
        text.truncate(self.room(node) + cell_len(self.ICON_NODE), overflow="ellipsis")
        return text

    def fill(self, root: Branch) -> None:
        """Show a tree."""
        self.root.set_label(_label(root))
        self.root.data = root
        self._grow(self.root)
        self.root.expand()

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Branch]) -> None:
        """Make what an opened branch rests on."""
        self._grow(event.node)

    def _grow(self, node: TreeNode[Branch]) -> None:
        if node.data is None or node.children:
            return
        for each in node.data.branches:
            if not each.branches:
                node.add_leaf(_label(each), each)
            elif each.opened:
                self._grow(node.add(_label(each), each, expand=True))
            else:
                node.add(_label(each), each)

    def _open(self, node: TreeNode[Branch]) -> None:
        self._grow(node)
        for child in node.children:
            self._open(child)

    def action_everything(self) -> None:
        """Open everything below the cursor, or close it."""
        node = self.cursor_node
        if node is not None and node.is_expanded:
            node.collapse_all()
        elif node is not None:
            self._open(node)
            node.expand_all()

    def action_fold(self) -> None:
        """Close the branch, or go to the one it belongs to."""
        node = self.cursor_node
        if node is None:
            return
        if node.is_expanded and node.children:
            node.collapse()
        elif node.parent is not None:
            self.move_cursor(node.parent)

    def action_unfold(self) -> None:
        """Open the branch."""
        if self.cursor_node is not None:
            self.cursor_node.expand()


def _label(branch: Branch) -> Text:
    return Text(branch.text, "bold" if branch.opened else "", no_wrap=True)


def _above(node: TreeNode[Branch]) -> Iterator[TreeNode[Branch]]:
    while node.parent is not None:
        node = node.parent
        yield node


class TraceScreen(Screen[None]):
    """The tree of one certificate."""

    CSS_PATH = "results.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.page_back", show=False)]

    def __init__(self, desk: Desk, number: str) -> None:
        super().__init__()
        self._desk = desk
        self._number = number

    def anew(self, desk: Desk) -> "TraceScreen":
        """Return this page for another desk."""
        return TraceScreen(desk, self._number)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "results")
        yield TraceTree("…")
        yield Static(id="whole", markup=False)
        yield Footer(self._desk.say)

    def on_mount(self) -> None:
        """Read the trace."""
        self.query_one(TraceTree).focus()
        self.read()

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Branch]) -> None:
        """Show the whole of a line that is cut."""
        branch, room = event.node.data, self.query_one(TraceTree).room(event.node)
        cut = branch is not None and cell_len(branch.text) > room
        self.query_one("#whole", Static).update(branch.text if branch and cut else "")

    @work
    async def read(self) -> None:
        """Go through the records, in a thread, and show what is there."""
        desk = self._desk
        try:
            root = await errand(lambda: branches(trace(desk.store, self._number), desk.say))
        except StationError as error:
            self.query_one("#whole", Static).update(f"✗ {told(error, desk.say)}")
            return
        self.query_one(TraceTree).fill(root)
