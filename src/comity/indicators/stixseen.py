"""Sightings in STIX: that an indicator was seen again, or was found to be harmless.

Basis: docs/spec/sharing.md
"""

from typing import Any

from comity.indicators.marks import STIX_MARKS
from comity.indicators.statements import Indicator, Sighting, named_uuid
from comity.indicators.stixwire import StixObject, identity_id, stix_time
from comity.kernel.clock import Instant

_MOST = 999_999_999


def object_of(sighting: Sighting, indicator: Indicator) -> dict[str, Any]:
    """Return a sighting as an object of STIX, under its indicator's mark; a harmless one is an opinion."""
    at = stix_time(sighting.at)
    name = sighting.id.partition("--")[2]
    common = {
        "spec_version": "2.1",
        "created_by_ref": identity_id(sighting.author),
        "created": at,
        "modified": at,
        "object_marking_refs": [STIX_MARKS[indicator.tlp]],
    }
    if sighting.harmless:
        return {
            "type": "opinion",
            "id": f"opinion--{name}",
            **common,
            "opinion": "strongly-disagree",
            "explanation": "seen, and found to be harmless",
            "object_refs": [indicator.id],
        }
    return {
        "type": "sighting",
        "id": f"sighting--{name}",
        **common,
        "first_seen": at,
        "last_seen": at,
        "count": sighting.count,
        "sighting_of_ref": indicator.id,
    }


def sighting_of(found: StixObject, *, author: str, at: Instant) -> Sighting | None:
    """Return the sighting of one indicator that an object of STIX tells, or an opinion; else None."""
    value = found.value
    if found.kind == "sighting":
        if value.get("summary") is True:
            return None
        named, harmless = value.get("sighting_of_ref"), False
    elif found.kind == "opinion" and value.get("opinion") in ("disagree", "strongly-disagree"):
        refs = value.get("object_refs")
        named, harmless = (refs[0] if isinstance(refs, list) and len(refs) == 1 else None), True
    else:
        return None
    if not isinstance(named, str) or not named.startswith("indicator--"):
        return None
    count = value.get("count", 1)
    return Sighting(
        id=f"sighting--{named_uuid(f'sighting {author} {found.id} {found.version}')}",
        indicator=named,
        at=at,
        author=author,
        count=count if isinstance(count, int) and 1 <= count <= _MOST else 1,
        harmless=harmless,
    )
