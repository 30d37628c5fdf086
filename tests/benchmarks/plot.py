"""A plot of bars on a logarithmic scale, as SVG that any browser shows."""

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from xml.etree import ElementTree as Tree

WIDTH, LEFT, RIGHT, TOP, ROW, BAR = 960, 330, 70, 70, 46, 16
COLOURS = ("#1d70b8", "#b58840")
Bar = tuple[str, Sequence[float]]


def bars(title: str, series: Sequence[str], rows: Sequence[Bar]) -> str:
    """Draw a row of bars for each name, one bar for each of the series; values above 0.

    The scale begins at a power of ten. Raises ValueError when there is no row.
    """
    values = [value for _, row in rows for value in row]
    scale = _Scale(floor(log10(min(values))), ceil(log10(max(values) * 1.01)))
    height = TOP + ROW * len(rows) + 50
    svg = Tree.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}", role="img"
    )
    Tree.SubElement(svg, "title").text = title
    Tree.SubElement(svg, "rect", width="100%", height="100%", fill="#ffffff")
    _text(svg, 10, 26, title, size=18)
    _key(svg, series)
    for power, x in scale.lines():
        line = {"x1": f"{x:.1f}", "x2": f"{x:.1f}", "y1": str(TOP), "y2": str(height - 40)}
        Tree.SubElement(svg, "line", line, stroke="#b1b4b6")
        _text(svg, x, height - 20, f"{10.0**power:g}", anchor="middle")
    for place, (name, row) in enumerate(rows):
        y = TOP + ROW * place
        _text(svg, LEFT - 10, y + 25, name, anchor="end")
        for number, value in enumerate(row):
            _bar(svg, scale, y + 5 + BAR * number, value, COLOURS[number])
    Tree.indent(svg)
    return Tree.tostring(svg, encoding="unicode") + "\n"


class _Scale:
    """Powers of ten from left to right."""

    def __init__(self, lowest: int, highest: int) -> None:
        self._lowest, self._highest = lowest, max(highest, lowest + 1)

    def at(self, value: float) -> float:
        share = (log10(value) - self._lowest) / (self._highest - self._lowest)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def lines(self) -> Iterator[tuple[int, float]]:
        for power in range(self._lowest, self._highest + 1):
            yield power, self.at(10.0**power)


def _bar(svg: Tree.Element, scale: _Scale, y: int, value: float, colour: str) -> None:
    end = max(scale.at(value), LEFT + 1)
    size = {"x": str(LEFT), "y": str(y), "width": f"{end - LEFT:.1f}", "height": str(BAR - 2)}
    Tree.SubElement(svg, "rect", size, fill=colour)
    _text(svg, end + 5, y + 12, f"{value:,.1f}", size=12)


def _key(svg: Tree.Element, series: Sequence[str]) -> None:
    for place, name in enumerate(series):
        x = LEFT + 110 * place
        Tree.SubElement(svg, "rect", x=str(x), y="42", width="14", height="14", fill=COLOURS[place])
        _text(svg, x + 20, 54, name)


def _text(
    svg: Tree.Element, x: float, y: float, text: str, *, size: int = 14, anchor: str = "start"
) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": str(size), "text-anchor": anchor}
    made = Tree.SubElement(svg, "text", place)
    made.set("font-family", "Arial, sans-serif")
    made.set("fill", "#0b0c0c")
    made.text = text
