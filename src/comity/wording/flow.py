"""The picture of a trace as SVG: drawn by us, without script or links, the same bytes each time."""

from collections.abc import Iterator
from html import escape
from typing import Protocol

from comity.kernel.clock import format_instant
from comity.tracing.amounts import amount_text
from comity.tracing.picture import SEED, SERVICE, Arrow, Box, Picture
from comity.tracing.reporting import Report
from comity.wording.catalogue import is_rtl
from comity.wording.speech import say


class DrawFlow(Protocol):
    """Draws the picture of a trace: what bootstrap hands to every face."""

    def __call__(self, report: Report, *, language: str) -> bytes:
        """Return it as SVG."""
        ...


_WIDE, _HIGH = 196, 66
_ACROSS, _DOWN = 368, 104
_EDGE, _HEAD = 24, 62
_FAMILY = "DejaVu Sans, Noto Sans, Noto Naskh Arabic, Noto Sans Arabic, Noto Sans CJK SC, sans-serif"
_MOST_LABEL = 26
_RTL, _END = "\u2067", "\u2069"
_BESIDE = (0, 27, -27)
"""Where the words of payments to one box stand, none on another; further ones stand in the report."""


def flow_svg(picture: Picture, *, language: str = "en") -> str:
    """Return a picture as SVG, from right to left in languages written so.

    What prints in black is told by the border: thick for a seed, double for a service.

    Args:
        picture: What is drawn.
        language: Of its words.
    """
    columns = 1 + max((box.column for box in picture.boxes), default=0)
    rows = 1 + max((box.row for box in picture.boxes), default=0)
    width = max(2 * _EDGE + (columns - 1) * _ACROSS + _WIDE, 720)
    height = _HEAD + rows * _DOWN + 44
    drawing = _Drawing(picture, language, width)
    title = say("trace.picture.title", language=language)
    parts = [
        _opening(width, height),
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        drawing.note(title, 26, 16),
        drawing.note(say("trace.picture.legend", language=language), 46, 11),
        drawing.note(_foot(picture, language), height - 14, 9),
        *(drawing.arrow(one) for one in picture.arrows),
        *(part for one in picture.arrows for part in drawing.words(one)),
        *(part for box in picture.boxes for part in drawing.box(box)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _opening(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="{_FAMILY}" fill="#111">'
    )


class _Drawing:
    def __init__(self, picture: Picture, language: str, width: int) -> None:
        self._picture = picture
        self._language = language
        self._width = width
        self._rtl = is_rtl(language)
        self._boxes = {box.address: box for box in picture.boxes}
        self._told: dict[str, int] = {}

    def note(self, text: str, y: int, size: int) -> str:
        """Return a line of words at the side where reading begins.

        Its direction is told by characters: what sets documents knows these, and no attribute for it.
        """
        x, way = (self._width - _EDGE, ' text-anchor="end"') if self._rtl else (_EDGE, "")
        if self._rtl:
            text = f"{_RTL}{text}{_END}"
        return f'<text x="{x}" y="{y}" font-size="{size}"{way}>{escape(text)}</text>'

    def box(self, box: Box) -> list[str]:
        """Return the parts of a box."""
        x, y = self._corner(box)
        parts = [_border(x, y, _WIDE, _HIGH, "3" if box.role == SEED else "1.2")]
        if box.role == SERVICE:
            parts.append(_border(x + 4, y + 4, _WIDE - 8, _HIGH - 8, "1.2"))
        name = _short(box.address)
        if box.address == "made:":
            name = say("trace.picture.made", language=self._language)
        taint = "" if box.taint is None else self._amount(box.taint)
        for at, text in enumerate((name, _cut(box.label), taint)):
            if text:
                parts.append(_centred(text, x + _WIDE // 2, y + 20 + 18 * at, "11" if at else "12"))
        return [f"<g><title>{escape(box.address)}</title>", *parts, "</g>"]

    def arrow(self, one: Arrow) -> str:
        """Return an arrow with its amount and day."""
        (x1, y1), (x2, y2) = (self._corner(self._boxes[name]) for name in (one.source, one.target))
        outward = x2 > x1 if x1 != x2 else not self._rtl
        leaves = x1 + (_WIDE if outward else 0)
        enters = x2 + (_WIDE if outward == (x1 == x2) else 0)
        bend = (leaves + enters) // 2 if x1 != x2 else leaves + (90 if outward else -90)
        y1, y2 = y1 + _HIGH // 2, y2 + _HIGH // 2
        back = 8 if enters == x2 + _WIDE else -8
        line = f"M{leaves} {y1} C{bend} {y1} {bend} {y2} {enters} {y2}"
        return "".join(
            (
                f"<g><title>{escape(one.tx)}</title>",
                f'<path d="{line}" fill="none" stroke="#444" stroke-width="1.4"/>',
                f'<path d="M{enters} {y2} l{back} -4 l0 8 z" fill="#444"/>',
                "</g>",
            )
        )

    def words(self, one: Arrow) -> Iterator[str]:
        """Yield amount and day of a payment, beside the box that it reaches, on the side of the arrow."""
        (x1, _), (x2, y2) = (self._corner(self._boxes[name]) for name in (one.source, one.target))
        outward = x2 > x1 if x1 != x2 else not self._rtl
        beside = (_ACROSS - _WIDE) // 2
        x, y = x2 + (_WIDE + beside if outward == (x1 == x2) else -beside), y2 + _HIGH // 2
        told = self._told[one.target] = self._told.get(one.target, -1) + 1
        if told < len(_BESIDE):
            y += _BESIDE[told]
            yield _centred(self._amount(one.amount), x, y - 5, "9.5", halo=True)
            yield _centred(format_instant(one.at)[:10], x, y + 12, "9", halo=True)

    def _corner(self, box: Box) -> tuple[int, int]:
        x = _EDGE + box.column * _ACROSS
        return (self._width - x - _WIDE if self._rtl else x), _HEAD + box.row * _DOWN

    def _amount(self, amount: int) -> str:
        return amount_text(amount, network=self._picture.network, asset=self._picture.asset)


def _border(x: int, y: int, width: int, height: int, stroke: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" fill="#fff" stroke="#111" '
        f'stroke-width="{stroke}"/>'
    )


def _centred(text: str, x: int, y: int, size: str, *, halo: bool = False) -> str:
    """Return words around a point; with a halo lines that pass behind them are cut."""
    cut = ' paint-order="stroke" stroke="#fff" stroke-width="3"' if halo else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle"{cut}>{escape(text)}</text>'


def _foot(picture: Picture, language: str) -> str:
    told: dict[str, str | int] = {
        "inputs": picture.inputs[:16],
        "report": picture.report[:16],
        "left": picture.left_out,
    }
    key = "trace.picture.foot_more" if picture.left_out else "trace.picture.foot"
    return say(key, language=language, parameters=told)


def _short(address: str) -> str:
    return address if len(address) <= 20 else f"{address[:10]}…{address[-8:]}"


def _cut(text: str) -> str:
    plain = "".join(ch for ch in text if ch.isprintable())
    return plain if len(plain) <= _MOST_LABEL else plain[: _MOST_LABEL - 1] + "…"
