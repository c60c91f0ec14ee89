"""Custody as CASE/UCO JSON-LD: each event an investigative action over a provenance record of the package.

Identifiers are made from the digests, so the same chain gives the same bytes. Pseudonyms and offices stand as
they are in the chain; names of exhibits only where their handling lets them leave.
The ontologies are CASE 1.4 and UCO 1.4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from comity.kernel.clock import Instant, to_datetime
from comity.kernel.digests import sha256
from comity.kernel.ids import CaseId
from comity.kernel.ijson import dump_ijson
from comity.node.custodial import CustodyView, HeldPackage
from comity.node.views import ExhibitView

BASE = "https://comity.invalid/kb/"
_UCO = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT = {
    "kb": BASE,
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{
        f"uco-{name}": f"{_UCO}/{name}/"
        for name in ("action", "core", "identity", "location", "observable", "tool", "types")
    },
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPackage:
    """A package as an export tells it.

    Attributes:
        held: Its custody.
        exhibits: What is in it; empty where that is not known here, or may not leave.
    """

    held: HeldPackage
    exhibits: tuple[ExhibitView, ...]


def case_uco(case: CaseId, packages: Sequence[ToldPackage]) -> bytes:
    """Return the custody of the packages of a case as JSON-LD.

    Args:
        case: Full id of the case.
        packages: With their exhibits.

    Basis: ISO/IEC 27037
    """
    graph: dict[str, dict[str, Any]] = {}
    for one in packages:
        for node in _nodes(one):
            graph.setdefault(node["@id"], node)
    graph_of = {
        "@id": _id("investigation", case),
        "@type": "case-investigation:Investigation",
        "uco-core:name": case,
        "uco-core:object": [{"@id": name} for name in sorted(graph)],
    }
    if not graph:
        del graph_of["uco-core:object"]
    nodes = [graph_of, *(graph[name] for name in sorted(graph))]
    return dump_ijson({"@context": _CONTEXT, "@graph": nodes}) + b"\n"


def _nodes(told: ToldPackage) -> Iterator[dict[str, Any]]:
    held = told.held
    record: dict[str, Any] = {
        "@id": _id("package", held.bag_root),
        "@type": "case-investigation:ProvenanceRecord",
        "uco-core:name": held.bag_root,
        "uco-core:description": f"sealed package; handling: {held.handling}",
        "case-investigation:exhibitNumber": held.bag_root[:12],
    }
    if told.exhibits:
        record["uco-core:object"] = [{"@id": _exhibit_id(held, one)} for one in told.exhibits]
    yield record
    for exhibit in told.exhibits:
        yield _exhibit(held, exhibit)
    for event in held.events:
        yield from _event(held, event)


def _exhibit_id(held: HeldPackage, exhibit: ExhibitView) -> str:
    return _id("exhibit", f"{held.bag_root}/{exhibit.number}")


def _exhibit(held: HeldPackage, exhibit: ExhibitView) -> dict[str, Any]:
    name = _exhibit_id(held, exhibit)
    return {
        "@id": name,
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [
            {
                "@id": _id("file-facet", name),
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": _sound(exhibit.name),
                "uco-observable:sizeInBytes": exhibit.size,
            },
            {
                "@id": _id("content-facet", name),
                "@type": "uco-observable:ContentDataFacet",
                "uco-observable:sizeInBytes": exhibit.size,
                "uco-observable:hash": [
                    {
                        "@id": _id("hash", name),
                        "@type": "uco-types:Hash",
                        "uco-types:hashMethod": "SHA256",
                        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": exhibit.sha256},
                    }
                ],
            },
        ],
    }


def _event(held: HeldPackage, event: CustodyView) -> Iterator[dict[str, Any]]:
    what = f"{held.bag_root}/{event.number}/{event.digest}"
    person, office = _id("person", f"{event.authority}/{event.officer}"), _id("office", event.authority)
    action: dict[str, Any] = {
        "@id": _id("action", what),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": event.step,
        "uco-core:description": _description(event),
        "uco-action:startTime": _time(event.at),
        "uco-action:endTime": _time(event.at),
        "uco-action:performer": {"@id": person},
        "uco-action:participant": [{"@id": office}],
        "uco-action:object": [{"@id": _id("package", held.bag_root)}],
    }
    yield {"@id": person, "@type": "uco-identity:Person", "uco-core:name": event.officer}
    yield {"@id": office, "@type": "uco-identity:Organization", "uco-core:name": event.authority}
    if event.tool:
        action["uco-action:instrument"] = [{"@id": _id("tool", event.tool)}]
        name, _, version = event.tool.rpartition(" ")
        yield {
            "@id": _id("tool", event.tool),
            "@type": "uco-tool:Tool",
            "uco-core:name": name or version,
            **({"uco-tool:version": version} if name else {}),
        }
    if event.place:
        action["uco-action:location"] = [{"@id": _id("place", event.place)}]
        yield {
            "@id": _id("place", event.place),
            "@type": "uco-location:Location",
            "uco-core:name": event.place,
        }
    if event.more.child:
        action["uco-action:result"] = [{"@id": _id("package", event.more.child)}]
    yield action


def _description(event: CustodyView) -> str:
    """Return reason, operation and recipient of an event, with role and digest."""
    more = event.more
    parts = (
        event.reason,
        more.operation,
        f"to: {more.to}" if more.to else "",
        f"role: {event.role}",
        f"decision: {more.decision}" if more.decision else "",
        f"signed event: {event.digest}" if event.digest else "in the sealed bag",
    )
    return _sound("; ".join(part for part in parts if part))


def _sound(text: str) -> str:
    """Return a text with what is no UTF-8 written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _time(at: Instant) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": to_datetime(at).isoformat()}


def _id(kind: str, of: str) -> str:
    """Return an identifier that ends in a UUID made from a name, marked 5 as the ontology wants it."""
    text = sha256(f"{kind}/{of}".encode()).hex()
    text = f"{text[:12]}5{text[13:16]}8{text[17:32]}"
    return f"kb:{kind}-{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"
