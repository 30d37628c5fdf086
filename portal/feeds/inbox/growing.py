"""What a parser tells of a document, kept as far as it is wanted and no longer than its branch."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from portal.feeds.inbox import limits
from portal.feeds.inbox.words import DocumentLayout, FileRefused, Leaf, Row


@dataclass(slots=True)
class _Place:
    """A place in the document at which something is wanted, or below which something is."""

    path: str = ""
    is_leaf: bool = False
    is_group: bool = False
    is_branch: bool = False
    below: dict[str, "_Place"] = field(default_factory=dict)

    def reach(self, path: str) -> "_Place":
        """Return the place at the end of a path, made where it is not there yet."""
        place = self
        for name in path.split("/"):
            place = place.below.setdefault(name, _Place())
        place.path = path
        return place


class Growing(ContentHandler):
    """Collects wanted leaves. A parser calls it; whoever feeds the parser takes the rows.

    Raises FileRefused for what no document of this layout is: another root, a head that is not
    there, elements that are too deep, too many, or of too many names.
    """

    def __init__(self, layout: DocumentLayout, line: Callable[[], int | None]) -> None:
        super().__init__()
        self._layout, self._at = layout, line
        self._root = _map_of(layout)
        self._open: list[_Place | None] = []
        self._names: set[str] = set()
        self._head: dict[str, str] = {}
        self._leaves: list[Leaf] = []
        self._text: list[str] = []
        self._done: list[Row] = []
        self._in_branch = self._has_branches = False
        self._first = self._elements = self._kept = 0
        self._fault = ""
        self.events = self.waiting = 0

    def taken(self) -> list[Row]:
        """Return the branches that have ended since the last time."""
        done, self._done = self._done, []
        return done

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        """Go one deeper."""
        self.events += 1
        self._elements += 1
        self._remember(name, attrs)
        if self._open:
            above = self._open[-1]
            place = above.below.get(name) if above else None
        elif name == self._layout.root:
            place = self._root
        else:
            raise self._refused("not_ctf")
        self._open.append(place)
        if len(self._open) > limits.DEEPEST or (
            self._in_branch and self._elements > limits.MOST_ELEMENTS
        ):
            raise self._refused("xml_large")
        if place is not None:
            self._begin(place)

    def characters(self, content: str) -> None:
        """Keep text where it is wanted, and no more than could be meant."""
        self.events += 1
        place = self._open[-1]
        if place is None or not place.is_leaf:
            return
        self._kept += len(content)
        if self._kept <= limits.MOST_KEPT:
            self._text.append(content)
        elif not self._in_branch:
            raise self._refused("xml_large")
        else:
            self._fault = "long_cell"

    def endElement(self, name: str) -> None:  # noqa: N802
        """Come back; a branch that ends is a row."""
        self.events += 1
        place = self._open.pop()
        if place is None:
            return
        if place.is_leaf:
            self._end_leaf(place)
        elif place.is_branch:
            cells, fault = self._layout.cells_of(self._head, self._leaves)
            self._done.append(Row(self._first, cells, self._fault or fault))
            self._in_branch, self._leaves = False, []

    def endDocument(self) -> None:  # noqa: N802
        """A document without branches needs its head as well."""
        if not self._has_branches:
            self._look_at_head()

    @property
    def head(self) -> dict[str, str]:
        """What the head says, as far as it is wanted."""
        return self._head

    def _remember(self, name: str, attrs: AttributesImpl) -> None:
        """Every name stays in the parser's memory to the end: they must be few, and short."""
        for one in (name, *attrs.getNames()) if len(attrs) else (name,):
            if one in self._names:
                continue
            self._names.add(one)
            if len(self._names) > limits.MOST_NAMES or len(one) > limits.LONGEST_NAME:
                raise self._refused("xml_large")

    def _begin(self, place: _Place) -> None:
        if place.is_branch:
            if not self._has_branches:
                self._look_at_head()
            self._in_branch = self._has_branches = True
            self._first, self._elements, self._kept = self._at() or 1, 0, 0
            self._fault, self._leaves = "", []
        elif place.is_leaf:
            self._text = []
        elif place.is_group:
            self._leaves.append((place.path, ""))

    def _end_leaf(self, place: _Place) -> None:
        text = "".join(self._text).strip()
        if self._in_branch:
            self._leaves.append((place.path, text))
        elif self._head.setdefault(place.path, text) != text:
            raise self._refused("ctf_head")

    def _look_at_head(self) -> None:
        fault = self._layout.fault_of_head(self._head)
        if fault:
            raise self._refused(fault)

    def _refused(self, fault: str) -> FileRefused:
        return FileRefused(fault, self._at() or 1)


def _map_of(layout: DocumentLayout) -> _Place:
    root = _Place()
    for path in layout.head:
        root.reach(path).is_leaf = True
    branch = root.reach(layout.branch)
    branch.is_branch = True
    for path in layout.groups:
        branch.reach(path).is_group = True
    for path in layout.leaves:
        branch.reach(path).is_leaf = True
    return root
