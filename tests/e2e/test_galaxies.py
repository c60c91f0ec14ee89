"""Galaxies in events, as PyMISP brings and reads them: names of families and of those who act under them."""

from typing import Any

import pytest

from tests.e2e.doors import Served, served

__all__ = ["served"]
pytestmark = pytest.mark.network
ACTOR, FAMILY = 'misp-galaxy:threat-actor="APT 999"', 'misp-galaxy:ransomware="Moonglade"'


def galaxy(distribution: str = "3") -> dict[str, Any]:
    cluster = {
        "distribution": distribution,
        "uuid": "30000000-0000-4000-8000-000000000001",
        "type": "threat-actor",
        "value": "APT 999",
        "tag_name": ACTOR,
        "description": "d",
        "meta": {"synonyms": ["Silent Heron"]},
    }
    return {
        "uuid": "30000000-0000-4000-8000-000000000000",
        "name": "Threat Actor",
        "type": "threat-actor",
        "description": "d",
        "version": "3",
        "namespace": "misp",
        "GalaxyCluster": [cluster],
    }


def test_a_cluster_that_its_bringer_keeps_goes_to_nobody_else(served: Served) -> None:
    pymisp = pytest.importorskip("pymisp")
    me, other = served.misp("cert.one"), served.misp("cert.two", writes=False)
    event = pymisp.MISPEvent()
    event.from_dict(info="x", Galaxy=[galaxy("0")], Tag=[{"name": ACTOR}])  # 0 is what PyMISP writes unasked
    event.add_attribute("domain", "e1.example")
    made = me.add_event(event, pythonify=True)
    assert me.get_event(made.uuid, pythonify=True).galaxies[0].clusters[0].value == "APT 999"
    theirs = other.get_event(made.uuid, pythonify=True)
    assert theirs.galaxies[0].clusters == []
    assert [one.name for one in theirs.tags] == [ACTOR]


def test_galaxies_come_back_as_they_were_brought_and_are_searched_by_their_tags(served: Served) -> None:
    pymisp = pytest.importorskip("pymisp")
    me, other = served.misp("cert.one"), served.misp("cert.two", writes=False)
    event = pymisp.MISPEvent()
    event.from_dict(
        info="x", distribution="1", Galaxy=[galaxy()], Tag=[{"name": ACTOR}, {"name": "tlp:green"}]
    )
    event.add_attribute("domain", "e1.example", Tag=[{"name": FAMILY}], Galaxy=[galaxy()])
    event.add_attribute("domain", "e2.example")
    made = me.add_event(event, pythonify=True)
    for client in (me, other):
        found = client.get_event(made.uuid, pythonify=True)
        assert [(one.name, one.clusters[0].value) for one in found.galaxies] == [("Threat Actor", "APT 999")]
        assert found.galaxies[0].clusters[0].meta == {"synonyms": ["Silent Heron"]}
        assert {one.name for one in found.tags} == {ACTOR, "tlp:green"}
        (marked,) = [one for one in found.attributes if one.value == "e1.example"]
        assert [one.name for one in marked.tags] == [FAMILY]
        assert [one.clusters[0].value for one in marked.galaxies] == ["APT 999"]
        for tag in (ACTOR, "misp-galaxy:threat-actor%"):
            assert [one.uuid for one in client.search(tags=tag, pythonify=True)] == [made.uuid]
        for tag, wanted in ((FAMILY, {"e1.example"}), (ACTOR, {"e1.example", "e2.example"})):
            seen = client.search(controller="attributes", tags=tag, pythonify=True)
            assert {one.value for one in seen} == wanted
