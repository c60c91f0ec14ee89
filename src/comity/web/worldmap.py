"""Pictures of the status, made on the server as SVG: the map of the world, and progress towards forty.

Both say in words what they show; colours and patterns are classes of the style sheet, and the table beside
them holds every fact again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from markupsafe import Markup

from comity.kernel.packaged import packaged_bytes

DATA = "world.json"
_WIDE, _HIGH, _LEFT, _FOOT = 720, 240, 44, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A day of the progress, and how many instruments count from it on."""

    on: date
    count: int


def world(states: Mapping[str, str], *, title: str, names: Mapping[str, str]) -> Markup:
    """Return the map.

    Args:
        states: Class of each Party that is not plain: ``bound``, ``deposited`` or ``signed``.
        title: What the map shows, in words.
        names: Words for the Parties in ``states``.
    """
    drawn = _data()
    paths = Markup("").join(_path(code, line, states, names) for code, line in drawn["paths"].items())
    return Markup(
        '<svg class="world" viewBox="0 0 {} {}" role="img" aria-labelledby="world-title">'
        '<title id="world-title">{}</title>{}</svg>'
    ).format(drawn["width"], drawn["height"], title, paths)


def drawn_codes() -> frozenset[str]:
    """Return the Parties that the map can show; the smallest States are too small for its scale."""
    return frozenset(_data()["paths"])


def progress(steps: tuple[Step, ...], *, needed: int, until: date, title: str, goal: str) -> Markup:
    """Return a stair of instruments over time, with a line at the number that is needed.

    Args:
        steps: In order of days; empty where nobody deposited.
        needed: Instruments that are needed.
        until: The right end.
        title: What the picture shows, in words.
        goal: Words at the line.
    """
    first = min([step.on for step in steps] + [date(until.year - 1, 1, 1)])
    days = max((until - first).days, 1)
    most = max([needed, *(step.count for step in steps)]) + 4

    def across(day: date) -> int:
        return _LEFT + round((day - first).days * (_WIDE - _LEFT - 8) / days)

    def up(count: int) -> int:
        return _HIGH - _FOOT - round(count * (_HIGH - _FOOT - 8) / most)

    stair, now = f"M{across(first)} {up(0)}", 0
    for step in steps:
        stair += f"H{across(step.on)}V{up(step.count)}"
        now = step.count
    stair += f"H{across(until)}"
    years = Markup("").join(
        Markup('<text class="tick" x="{}" y="{}">{}</text>').format(across(date(y, 1, 1)), _HIGH - 8, y)
        for y in range(first.year + 1, until.year + 1)
    )
    return Markup(
        '<svg class="progress" viewBox="0 0 {} {}" role="img" aria-labelledby="progress-title">'
        '<title id="progress-title">{}</title><path class="goal" d="M{} {}H{}"/>'
        '<text class="tick" x="{}" y="{}">{}</text><path class="stair" d="{}"/>'
        '<text class="count" x="{}" y="{}">{}</text>{}</svg>'
    ).format(
        *(_WIDE, _HIGH, title, _LEFT, up(needed), _WIDE - 8),
        *(_LEFT + 4, up(needed) - 6, goal, stair, _LEFT - 8, up(now) + 5, now, years),
    )


def _path(code: str, line: str, states: Mapping[str, str], names: Mapping[str, str]) -> Markup:
    state = states.get(code, "")
    if not state:
        return Markup('<path d="{}"/>').format(line)
    return Markup('<path class="{}" d="{}"><title>{}</title></path>').format(state, line, names[code])


@cache
def _data() -> Any:
    return json.loads(packaged_bytes("comity.web", DATA))
