"""What a TAXII 2.1 server does, clause by clause, asked of medallion (the server of OASIS) and of ours alike.

Both listen on the loopback and are called over HTTP; where they differ, the difference is written down here.
"""

from typing import Any
from urllib.parse import urlencode

import pytest

from comity.node.receiving import collection_id, root_name
from tests.e2e.doors import Served, served
from tests.e2e.taxiiserver import MEDIA, STIX, VERSIONS, Server, medallion, thing

__all__ = ["medallion", "served"]
pytestmark = pytest.mark.network
NOBODY = "indicator--99999999-9999-4999-8999-999999999999"


@pytest.fixture
def comity(served: Served) -> Server:
    desk = served.side.desk
    return Server(
        name="comity",
        port=served.port,
        root=f"/taxii2/{root_name(desk)}/",
        collection=collection_id(desk),
        user="u",
        secret=served.key("u"),
    )


@pytest.fixture(params=["medallion", "comity"])
def server(request: pytest.FixtureRequest) -> Server:
    made: Server = request.getfixturevalue(request.param)
    return made


def test_discovery_root_and_collections_say_what_is_there(server: Server) -> None:
    """Basis: TAXII 2.1, 4.1, 4.2, 5.1, 5.2"""
    status, told, headers = server.call("GET", "/taxii2/")
    assert (status, headers["content-type"].replace(" ", "")) == (200, MEDIA)
    assert told["title"]
    assert [one.removeprefix(f"http://127.0.0.1:{server.port}") for one in told["api_roots"]] == [server.root]
    root = server.get(server.root)
    assert root["title"]
    assert root["versions"] == [MEDIA]
    assert root["max_content_length"] > 0
    (one,) = server.get(f"{server.root}collections/")["collections"]
    assert one == server.get(f"{server.root}collections/{server.collection}/")
    assert (one["id"], one["can_read"], one["can_write"]) == (server.collection, True, True)
    assert one["media_types"] == [STIX]
    beside = server.root.rstrip("/").rpartition("/")[0]
    for path in (
        f"{beside}/elsewhere/",
        f"{beside}/elsewhere/collections/",
        f"{server.root}collections/other/",
        f"{server.root}collections/other/objects/",
        f"{server.root}collections/other/manifest/",
        f"{server.root}status/99999999-9999-4999-8999-999999999999/",
        f"{server.objects}{NOBODY}/versions/",
    ):
        status, _, _ = server.call("GET", path)
        assert status == 404, (server.name, path)
    assert server.call("POST", f"{server.root}collections/other/objects/", {"objects": []})[0] == 404


def test_who_has_no_key_and_what_is_not_meant_is_refused(server: Server) -> None:
    """Basis: TAXII 2.1, 3.4 to 3.6, 3.8; RFC 7235 section 4.1"""
    for path in ("/taxii2/", server.root, server.objects, server.manifest):
        for secret in ("", "wrong"):
            status, _, headers = server.call("GET", path, secret=secret)
            assert (status, "www-authenticate" in headers) == (401, True), (server.name, path)
        for accept in ("text/html", "application/taxii+json;version=2.0", "application/vnd.oasis.taxii+json"):
            assert server.call("GET", path, Accept=accept)[0] == 406, (server.name, path, accept)
    envelope = {"objects": [thing(1)]}
    assert server.call("POST", server.objects, envelope, secret="wrong")[0] == 401
    for media in ("application/json", "application/taxii+json;version=2.0", "text/plain"):
        assert server.call("POST", server.objects, envelope, Content_Type=media)[0] == 415, (
            server.name,
            media,
        )
    assert server.call("POST", server.objects, b"{")[0] in (400, 422)
    assert server.ids() == []
    assert (
        server.call("GET", server.objects, Accept="application/taxii+json")[0]
        == {
            "medallion": 406,  # takes 3.6 to ask for a version; it says one MAY be left out
            "comity": 200,
        }[server.name]
    )


def test_what_is_brought_is_told_and_found(server: Server) -> None:
    """Basis: TAXII 2.1, 4.3, 5.3, 5.4"""
    told = server.post(thing(1), thing(2, kind="malware"))
    assert (told["status"], told["total_count"], told["success_count"]) == ("complete", 2, 2)
    assert (told["failure_count"], told["pending_count"]) == (0, 0)
    assert server.get(f"{server.root}status/{told['id']}/")["success_count"] == 2
    found = server.get(server.objects)["objects"]
    assert found == [thing(1), thing(2, kind="malware")]
    again = server.post(thing(1))
    assert (again["success_count"], again["failure_count"]) == {
        "medallion": (0, 1),
        "comity": (1, 0),  # 5.4: what is there already is no failure of whoever brings it again
    }[server.name]
    assert len(server.ids()) == 2
    listed = server.get(server.manifest)["objects"]
    assert [(one["id"], one["version"], one["media_type"]) for one in listed] == [
        (one["id"], one["modified"], STIX) for one in found
    ]
    _, _, headers = server.call("GET", server.objects)
    assert headers["x-taxii-date-added-first"] == listed[0]["date_added"]
    assert headers["x-taxii-date-added-last"] == listed[-1]["date_added"]


def test_versions_are_chosen(server: Server) -> None:
    """Basis: TAXII 2.1, 3.4.1, 5.6, 5.8"""
    for version in range(3):
        server.post(thing(1, version))
    server.post(thing(2))
    name = thing(1)["id"]
    assert server.seen() == [("0001", "03"), ("0002", "01")]
    for asked, wanted in (
        ("last", ["03"]),
        ("first", ["01"]),
        ("all", ["01", "02", "03"]),
        (VERSIONS[1], ["02"]),
        (f"first,{VERSIONS[1]}", ["01", "02"]),
        ("first,last", ["01", "03"]),
        ("2020-01-01T00:00:00.000Z", []),
    ):
        for query in ({"match[version]": asked, "match[id]": name}, {"match[version]": asked}):
            found = [month for one, month in server.seen(**query) if one == "0001"]
            assert found == wanted, (server.name, query)
        single = server.get(f"{server.objects}{name}/", **{"match[version]": asked}).get("objects", [])
        assert sorted(one["modified"][5:7] for one in single) == wanted, (server.name, asked)
    (one,) = server.get(f"{server.objects}{name}/")["objects"]
    assert one == thing(1, 2)
    told = server.get(f"{server.objects}{name}/versions/")["versions"]
    assert sorted(told) == list(VERSIONS)
    assert server.call("GET", f"{server.objects}{NOBODY}/")[0] == 404


def test_first_versions_go_by_pages(server: Server) -> None:
    """Basis: TAXII 2.1, 3.4.1, 3.5"""
    for version in range(3):
        server.post(*(thing(number, version) for number in range(5)))
    read: list[tuple[str, str]] = []
    asked: dict[str, Any] = {"match[version]": "first", "limit": 2}
    while True:
        page = server.get(server.objects, **asked)
        read += [(one["id"][-1], one["modified"]) for one in page.get("objects", [])]
        if not page.get("more"):
            break
        asked["next"] = page["next"]
    assert read == [(str(number), VERSIONS[0]) for number in range(5)]


def test_objects_are_chosen_by_id_and_type(server: Server) -> None:
    """Basis: TAXII 2.1, 3.4.1"""
    server.post(thing(1), thing(2), thing(3, kind="malware"), thing(4, kind="malware"))
    ids = server.ids()
    for query, wanted in (
        ({"match[id]": ids[0]}, ids[:1]),
        ({"match[id]": f"{ids[0]},{ids[2]}"}, [ids[0], ids[2]]),
        ({"match[id]": NOBODY}, []),
        ({"match[type]": "malware"}, ids[2:]),
        ({"match[type]": "malware,indicator"}, ids),
        ({"match[type]": "tool"}, []),
        ({"match[type]": "malware", "match[id]": f"{ids[0]},{ids[3]}"}, ids[3:]),
        ({"match[spec_version]": "2.1"}, ids),
        ({"match[spec_version]": "2.0"}, []),
        ({"match[spec_version]": "2.0,2.1", "match[type]": "indicator"}, ids[:2]),
    ):
        assert server.ids(**query) == wanted, (server.name, query)
        assert server.ids(server.manifest, **query) == wanted, (server.name, query)


def test_pages_and_times_join_without_a_gap(server: Server) -> None:
    """Basis: TAXII 2.1, 3.4, 3.5, 5.3"""
    for number in range(7):
        server.post(thing(number))
    ids = server.ids()
    assert len(ids) == 7
    for path in (server.objects, server.manifest):
        read: list[str] = []
        asked: dict[str, Any] = {"limit": 3}
        while True:
            page = server.get(path, **asked)
            read += [one["id"] for one in page["objects"]]
            if not page.get("more"):
                break
            asked = {"limit": 3, "next": page["next"]}
        assert read == ids, (server.name, path)
        for wrong in ("0", "-1", "x"):
            assert server.call("GET", f"{path}?limit={wrong}")[0] == 400, (server.name, path, wrong)
        assert server.call("GET", f"{path}?next=not-a-place")[0] == 400
    listed = server.get(server.manifest)["objects"]
    for at, one in enumerate(listed):
        since = {"added_after": one["date_added"]}
        behind = [each["id"] for each in listed if each["date_added"] > one["date_added"]]
        assert server.ids(**since) == server.ids(server.manifest, **since) == behind, (server.name, at)
    assert server.ids(added_after="2099-01-01T00:00:00.000Z") == []
    assert server.get(server.objects, added_after="2099-01-01T00:00:00.000Z") in ({}, {"more": False})


def test_what_is_deleted_is_gone(server: Server) -> None:
    """Basis: TAXII 2.1, 5.7"""
    for version in range(3):
        server.post(thing(1, version))
    server.post(thing(2))
    path = f"{server.objects}{thing(1)['id']}/"
    assert server.call("DELETE", f"{path}?{urlencode({'match[version]': VERSIONS[1]})}")[0] == 200
    assert server.seen(**{"match[version]": "all"}) == [("0001", "01"), ("0001", "03"), ("0002", "01")]
    every = urlencode({"match[version]": "all"})
    assert server.call("DELETE", f"{path}?{every}")[0] == 200
    assert server.seen() == [("0002", "01")]
    assert server.ids(server.manifest) == [thing(2)["id"]]
    assert server.call("GET", path)[0] == 404
    assert server.call("DELETE", f"{path}?{every}")[0] == 404
    assert server.call("DELETE", f"{server.objects}{NOBODY}/")[0] == 404
