"""The picture of a trace as SVG: drawn by us, without script or links, the same bytes each time."""

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
_ACROSS, _DOWN = 330, 104
_EDGE, _HEAD = 24, 62
_FAMILY = "DejaVu Sans, Noto Sans, Noto Naskh Arabic, Noto Sans Arabic, Noto Sans CJK SC, sans-serif"
_MOST_LABEL = 26


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

    def note(self, text: str, y: int, size: int) -> str:
        """Return a line of words at the side where reading begins."""
        x, way = (self._width - _EDGE, ' text-anchor="end"') if self._rtl else (_EDGE, "")
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
        forward = x2 > x1
        begin = (x1 + (_WIDE if forward else 0), y1 + _HIGH // 2)
        end = (x2 + (0 if forward else _WIDE), y2 + _HIGH // 2)
        if x1 == x2:
            begin, end = (x1 + _WIDE // 2, y1 + _HIGH), (x2 + _WIDE // 2, y2)
        bend = (begin[0] + end[0]) // 2
        back = -8 if forward else 8
        words = f"{self._amount(one.amount)} · {format_instant(one.at)[:10]}"
        line = f"M{begin[0]} {begin[1]} C{bend} {begin[1]} {bend} {end[1]} {end[0]} {end[1]}"
        return "".join(
            (
                f"<g><title>{escape(one.tx)}</title>",
                f'<path d="{line}" fill="none" stroke="#444" stroke-width="1.4"/>',
                f'<path d="M{end[0]} {end[1]} l{back} -4 l0 8 z" fill="#444"/>',
                _centred(words, bend, (begin[1] + end[1]) // 2 - 6, "9.5"),
                "</g>",
            )
        )

    def _corner(self, box: Box) -> tuple[int, int]:
        x = _EDGE + box.column * _ACROSS
        return (self._width - x - _WIDE if self._rtl else x), _HEAD + box.row * _DOWN

    def _amount(self, amount: int) -> str:
        return amount_text(amount, network=self._picture.network, asset=self._picture.asset)


def _border(x: int, y: int, width: int, height: int, stroke: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" fill="none" stroke="#111" '
        f'stroke-width="{stroke}"/>'
    )


def _centred(text: str, x: int, y: int, size: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle">{escape(text)}</text>'


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
