"""Make the outlines of the world map from the public-domain data of Natural Earth (1:110 million).

    python -m tools.worldmap countries-110m.json > src/comity/web/world.json

The input is TopoJSON with one geometry per State, named by its ISO 3166-1 number, as the package
``world-atlas`` of npm redistributes it. The output has one path per alpha-3 code in the Equal Earth
projection (Savric, Patterson and Jenny 2018), in whole steps of a box 720 wide.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH = 720
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_UNNUMBERED = {"Kosovo": "", "N. Cyprus": "", "Somaliland": "SOM"}
_ROOT3 = math.sqrt(3)
_X_MOST = 2 * _ROOT3 * math.pi / (3 * _A[0])


def projected(lon: float, lat: float) -> tuple[int, int]:
    """Return a place of the globe in steps of the box, from its upper left corner."""
    theta = math.asin(_ROOT3 / 2 * math.sin(math.radians(lat)))
    slope = 9 * _A[3] * theta**8 + 7 * _A[2] * theta**6 + 3 * _A[1] * theta**2 + _A[0]
    x = 2 * _ROOT3 * math.radians(lon) * math.cos(theta) / (3 * slope)
    y = _A[3] * theta**9 + _A[2] * theta**7 + _A[1] * theta**3 + _A[0] * theta
    scale = WIDTH / (2 * _X_MOST)
    return round((x + _X_MOST) * scale), round((1.3173628 - y) * scale)


def arcs_of(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Return the arcs as degrees; they are stored as differences of whole steps."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def rings(indexes: list[int], arcs: list[list[tuple[float, float]]]) -> list[list[tuple[int, int]]]:
    """Return one outline in steps of the box, in parts where it meets 180 degrees; no point repeats."""
    degrees: list[tuple[float, float]] = []
    for index in indexes:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        degrees += points[1:] if degrees else points
    made: list[list[tuple[int, int]]] = [[]]
    before = degrees[0][0]
    for lon, lat in degrees:
        if abs(lon - before) > 180:
            made.append([])
        before = lon
        step = projected(lon, lat)
        if not made[-1] or made[-1][-1] != step:
            made[-1].append(step)
    return made


def path(outlines: list[list[tuple[int, int]]]) -> str:
    """Return outlines as one SVG path of relative steps."""
    drawn = ""
    for points in outlines:
        if len(points) < 4:
            continue
        (x, y), rest = points[0], points[1:]
        drawn += f"M{x} {y}l"
        steps = []
        for nx, ny in rest[:-1]:
            steps.append(f"{nx - x} {ny - y}")
            x, y = nx, ny
        drawn += " ".join(steps).replace(" -", "-") + "z"
    return drawn


def world(topology: dict[str, Any], codes: dict[str, str]) -> dict[str, str]:
    """Return one path for each alpha-3 code."""
    arcs = arcs_of(topology)
    found: dict[str, str] = {}
    for one in topology["objects"]["countries"]["geometries"]:
        code = codes.get(one.get("id", ""), _UNNUMBERED.get(one["properties"]["name"], ""))
        shapes = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        drawn = path([part for shape in shapes for indexes in shape for part in rings(indexes, arcs)])
        if drawn and code != "ATA":
            found[code] = found.get(code, "") + drawn
    return dict(sorted(found.items()))


def numbers() -> dict[str, str]:
    """Return the alpha-3 code of each ISO 3166-1 number, as CLDR pairs them."""
    from babel.core import get_global

    from comity.kernel.ids import PartyCode
    from comity.treaty.parties import is_known

    aliases = get_global("territory_aliases")
    three = {
        rows[0]: code
        for code, rows in aliases.items()
        if len(code) == 3 and code.isalpha() and is_known(PartyCode(code))
    }
    return {code: three[rows[0]] for code, rows in aliases.items() if code.isdigit() and rows[0] in three}


def main() -> None:
    """Read the file that is named and write the outlines."""
    topology = json.loads(Path(sys.argv[1]).read_bytes())
    made = {
        "source": "Natural Earth 1:110 million, public domain, in the Equal Earth projection",
        "width": WIDTH,
        "height": projected(0, -60)[1],
        "paths": world(topology, numbers()),
    }
    print(json.dumps(made, indent=0, ensure_ascii=False))


if __name__ == "__main__":
    main()
