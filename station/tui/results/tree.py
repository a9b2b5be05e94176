"""Everything behind a certificate as a tree that is opened branch by branch."""

from collections.abc import Iterator
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

from station.errors import StationError, told
from station.locale import N_
from station.records.trace import trace
from station.tui.desk import Desk
from station.tui.parts.bar import Bar
from station.tui.parts.errand import errand
from station.tui.parts.keys import Footer
from station.tui.results.branches import Branch, branches


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
