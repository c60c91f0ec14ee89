"""From the form that asks for a joint team to the agreement that its Parties sign."""

from typing import Any

from comity.requests.errors import incomplete
from comity.requests.reading import Reading

JOINT_TEAM = "joint-team"
_WORDS = {
    "purpose": "/purpose",
    "information": "/data_rules",
    "powers": "/host_law",
    "liability": "/liability",
    "evidence": "/evidence_rules",
    "costs": "/costs",
    "disclosure": "/disclosure_rules",
}
_LEFT_OUT = frozenset({"costs", "disclosure"})


def agreement_of(reading: Reading, *, liability: Any = None) -> dict[str, Any]:
    """Return the agreement that a request for a joint team sets out.

    Args:
        reading: The form.
        liability: Words on liability, where the form has none: ``{text, language}``.

    Raises:
        MalformedError: ``request.incomplete``: the form asks for no team, or something needed is not said.

    Basis: 48
    """
    if reading.kind is None or reading.kind.code != JOINT_TEAM:
        raise incomplete("/kind", 1)
    said = {name: _free(reading, place) for name, place in _WORDS.items()}
    if liability is not None:
        said["liability"] = liability
    lacking = sorted(_WORDS[name] for name, value in said.items() if value is None and name not in _LEFT_OUT)
    if lacking:
        raise incomplete(lacking[0], len(lacking))
    return said | {
        "v": 1,
        "parties": [str(reading.get(f"{row}/authority")) for row in reading.rows("/team_parties")],
        "leader": str(reading.get("/leader")),
        "from": reading.get("/duration/from"),
        "to": reading.get("/duration/to"),
        "members": [
            {name: str(reading.get(f"{row}/{name}")) for name in ("office", "functions", "powers")}
            for row in reading.rows("/members")
        ],
    }


def _free(reading: Reading, place: str) -> dict[str, Any] | None:
    found = reading.get(place)
    return found if isinstance(found, dict) else None
