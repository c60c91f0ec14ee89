"""Events of MISP in STIX: a grouping of their indicators, and a note for each attribute that states no value.

Basis: docs/spec/indicators.md
"""

from collections.abc import Iterable
from typing import Any

from comity.indicators import mispwire
from comity.indicators.marks import STIX_MARKS, Tlp
from comity.indicators.statements import named_uuid
from comity.indicators.stixwire import identity_id, identity_of, stix_time


def objects_of(event: mispwire.Event, *, author: str, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return an event as objects of STIX beside its indicators; nothing of what is marked red.

    Args:
        event: The event.
        author: Who says it, where the event names nobody.
        ids: Ids of the indicators that are given beside it.
    """
    if event.tlp is Tlp.RED:
        return []
    name = f"grouping--{event.uuid}"
    notes = [
        _note(one, event, author, name)
        for one in mispwire.rest_of(event)
        if one.tlp is not Tlp.RED and not one.deleted and one.value.strip()
    ]
    uuids = {one.uuid for one in event.attributes}
    refs = sorted(one for one in ids if one.partition("--")[2] in uuids)
    refs = refs or [identity_id(event.org or author)]
    grouping = {
        **_common("grouping", name, event, author, event.tlp),
        "name": event.info[:500],
        "context": "suspicious-activity",
        "object_refs": refs,
    }
    return [identity_of(event.org or author), grouping, *notes]


def _note(one: mispwire.Attribute, event: mispwire.Event, author: str, grouping: str) -> dict[str, Any]:
    return {
        **_common("note", f"note--{named_uuid(f'note {event.uuid} {one.uuid}')}", event, author, one.tlp),
        "abstract": one.kind,
        "content": one.value,
        "object_refs": [grouping],
    }


def _common(kind: str, name: str, event: mispwire.Event, author: str, tlp: Tlp) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": name,
        "created_by_ref": identity_id(event.org or author),
        "created": stix_time(event.at),
        "modified": stix_time(event.at),
        "object_marking_refs": [STIX_MARKS[tlp]],
    }
