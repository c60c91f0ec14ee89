"""The doors for receivers, walked through by Meta's own clients, unmodified, without a socket."""

import asyncio
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests
from threatexchange.exchanges.clients.ncmec import hash_api
from threatexchange.exchanges.clients.stopncii import api as stop_api
from threatexchange.exchanges.clients.utils.common import TimeoutHTTPAdapter

from comity.api import hashdoors
from comity.api.hashdoors import DoorToolbox, hash_doors_app
from comity.bootstrap.protection import hash_desk
from comity.kernel.clock import MINUTE, SECOND, Instant, from_datetime
from comity.kernel.entropy import SeededEntropy
from comity.node.hashdoors import HashDoors
from comity.node.hashviews import About, Grounds
from tests.unit.node.nodes import node

BASE = "http://127.0.0.1:8400"
GROUNDS = Grounds(ground="Act 12", licence="matching", onward=True, submits=True)


def digest(number, size=32):
    return SeededEntropy(f"entry {number}").bytes(size).hex()


class World:
    """A node with a list of children and one of intimate images, and one receiver of both."""

    def __init__(self, monkeypatch):
        self.side = node("XAA", 3)
        self.side.place.clock.at = int(time.time()) * SECOND  # the client asks up to its own now
        self.desk, self.faults = hash_desk(self.side.place), []
        self.app = hash_doors_app(
            DoorToolbox(
                doors=HashDoors(desk=self.desk), now=self.side.place.clock.now, report=self.faults.append
            )
        )
        self.calls, self.answers = [], []
        monkeypatch.setattr(TimeoutHTTPAdapter, "send", lambda _adapter, request, **_told: self.send(request))
        monkeypatch.setattr(hashdoors, "A_MINUTE", 10_000)
        self.keys = {}
        for name, subject, column in (("known", "child", "pdq"), ("ours", "intimate", "pdq")):
            rows = "\n".join(f"{self.id(name, n)},{digest(n)},{digest(n, 16)}" for n in range(12))
            self.take(name, f"id,{column},md5\n{rows}", about=About(subject=subject, source="hotline"))
            self.keys[name] = self.desk.share(self.head, name=name, to="platform", grounds=GROUNDS).key

    @property
    def head(self):
        return self.side.head()

    def id(self, name, number):
        return f"ImagePDQ:{digest(number)}" if name == "ours" else f"e{number}"

    def take(self, name, text, **told):
        return self.desk.take_in(self.head, name=name, data=text.encode(), grounds=GROUNDS, **told)

    def mark(self, name, number, state):
        self.desk.set_state(self.head, name=name, ids=[self.id(name, number)], state=state)

    def ncmec(self, key=""):
        place = SimpleNamespace(value=f"{BASE}/ncmec")
        return hash_api.NCMECHashAPI("platform", key or self.keys["known"], place)

    def stopncii(self, key=""):
        key = key or self.keys["ours"]
        more = dict.fromkeys(stop_api.StopNCIIEndpoint, key)
        return stop_api.StopNCIIAPI("platform", key, more, base_url_override=f"{BASE}/stopncii")

    def send(self, request):
        split = urlsplit(request.url)
        self.calls.append(request.url)
        body = request.body or b""
        sent = []

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        headers = [
            (k.lower().encode(), v.encode("latin-1") if isinstance(v, str) else v)
            for k, v in request.headers.items()
        ]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
            "scheme": "http", "path": requests.utils.unquote(split.path), "raw_path": split.path.encode(),
            "query_string": split.query.encode(), "headers": headers, "server": ("127.0.0.1", 8400),
            "client": ("127.0.0.1", 5), "root_path": "", "state": {},
        }  # fmt: skip
        asyncio.run(self.app(scope, receive, send))
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = sent[0]["status"], request.url, request
        answer.headers.update({k.decode(): v.decode() for k, v in sent[0]["headers"]})
        answer._content = b"".join(one.get("body", b"") for one in sent[1:])
        self.answers.append(answer.text)
        return answer

    def raw(self, method, path, *, key="", body=b"", headers=None):
        made = requests.Request(method, BASE + path, data=body, headers=headers or {})
        if key:
            made.auth = ("platform", key)
        return self.send(made.prepare())


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


def small_pages(monkeypatch, client, size=4):
    """Have the server give short pages; the client stays as it is."""
    monkeypatch.setattr(hashdoors, "MOST_PAGE", size)
    return client


def test_the_ncmec_client_walks_pages_while_deletions_and_updates_arrive(world, monkeypatch):
    client = small_pages(monkeypatch, world.ncmec())
    assert client.status().esp_name == "platform"
    assert [one.esp_name for one in client.members()] == ["XAA/contact-point", "platform"]
    held, pages, newest = {}, 0, 0
    for page in client.get_entries_iter():
        pages += 1
        held.update({(one.member_id, one.id): one for one in page.updates})
        newest = max(newest, page.max_timestamp)
        if pages == 1:  # what was told is taken back, what was not told yet changes
            world.mark("known", 0, "withdrawn")
            world.mark("known", 11, "disputed")
            world.take("known", f"id,pdq\ne9,{digest(99)}")
    assert pages >= 3
    assert len(held) == 12
    for page in client.get_entries_iter(start_timestamp=newest):
        held.update({(one.member_id, one.id): one for one in page.updates})
    live = {ident: one for (_, ident), one in held.items() if not one.deleted}
    assert set(live) == {f"e{number}" for number in range(1, 11)}
    assert live["e9"].fingerprints == {"pdq": digest(99)}
    assert live["e3"].fingerprints == {"md5": digest(3, 16), "pdq": digest(3)}
    assert world.faults == []


def test_the_ncmec_client_votes_and_sees_votes(world):
    client = world.ncmec()
    kinds = hash_api.FingerprintType
    client.submit_upvote(1, "e1", kinds.md5)
    reasons = client.feedback_reasons(kinds.pdq)
    assert len(reasons) == 3
    client.submit_feedback(1, "e1", kinds.pdq, hash_api.FeedbackType.downvote, next(iter(reasons)))
    (entry,) = [one for page in client.get_entries_iter() for one in page.updates if one.id == "e1"]
    assert {name: [one.feedback_type.value for one in votes] for name, votes in entry.feedback.items()} == {
        "Md5": ["upvote"],
        "Pdq": ["downvote"],
    }
    assert entry.feedback["Pdq"][0].reason == next(iter(reasons.values()))
    (answer,) = world.desk.match_texts(world.head, name="known", hashes=[digest(1)])
    assert (answer.matches[0].votes_for, answer.matches[0].votes_against) == (1, 1)
    with pytest.raises(requests.HTTPError):
        client.submit_upvote(1, "none", kinds.md5)


@pytest.mark.parametrize("ahead", [0, 3, 13])
def test_a_client_whose_local_time_runs_ahead_misses_nothing(world, monkeypatch, ahead):
    monkeypatch.setattr(hash_api, "_date_format", lambda at: _written(at + ahead * 3600))
    client = world.ncmec()
    now = int(time.time())
    list(client.get_entries_iter(end_timestamp=now))
    world.side.place.clock.advance(MINUTE)
    world.take("known", f"id,pdq\nlate,{digest(77)}")
    later = list(client.get_entries_iter(start_timestamp=now, end_timestamp=now + 60))
    assert "late" in {one.id for page in later for one in page.updates}


def _written(at):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_stopncii_client_walks_pages_while_withdrawals_arrive(world, monkeypatch):
    client = small_pages(monkeypatch, world.stopncii())
    held, pages, newest = {}, 0, 0
    for page in client.fetch_hashes_iter():
        pages += 1
        held.update({one.hashValue: one for one in page.hashRecords})
        newest = max(newest, page.nextSetTimestamp)
        assert page.count == len(page.hashRecords)
        if pages == 1:
            world.mark("ours", 0, "withdrawn")
    assert pages >= 3
    assert set(held) == {digest(number) for number in range(12)}
    for page in client.fetch_hashes_iter(start_timestamp=newest):
        held.update({one.hashValue: one for one in page.hashRecords})
    gone = [value for value, one in held.items() if one.hashStatus is stop_api.StopNCIICaseStatus.Withdrawn]
    assert gone == [digest(0)]
    assert held[digest(1)].signalType is stop_api.StopNCIISignalType.ImagePDQ


def test_the_stopncii_client_submits_and_says_what_it_thinks(world):
    client, kinds, values = world.stopncii(), stop_api.StopNCIISignalType, stop_api.StopNCIICSPFeedbackValue
    client.submit_hash(kinds.ImagePDQ, digest(50), {"seen"})  # it writes its class too
    client.submit_hash(kinds.VideoMD5, digest(51, 16))
    client.submit_feedback(kinds.ImagePDQ, digest(3), values.NotBlocked, {"art"})
    held = {one.hashValue: one for page in client.fetch_hashes_iter() for one in page.hashRecords}
    assert held[digest(51, 16)].signalType is kinds.VideoMD5
    said = {
        value: [(s.source, s.feedbackValue, s.tags) for s in one.CSPFeedbacks] for value, one in held.items()
    }
    assert said[digest(50)] == [("platform", values.Blocked, {"seen"})]
    assert said[digest(3)] == [("platform", values.NotBlocked, {"art"})]
    world.mark("ours", 0, "withdrawn")
    client.submit_hash(kinds.ImagePDQ, digest(0))  # nobody but the person brings back what she withdrew
    held = {one.hashValue: one for page in client.fetch_hashes_iter() for one in page.hashRecords}
    assert held[digest(0)].hashStatus is stop_api.StopNCIICaseStatus.Withdrawn


def test_the_bar_and_an_opinion_of_another_receiver_reach_the_clients(world):
    world.take("known", f"id,pdq,bar\nbarred,{digest(60)},victim")
    value = f"ImagePDQ:{digest(61)}"
    world.take("ours", f"id,pdq,bar\n{value},{digest(61)},victim")
    (entry,) = [
        one for page in world.ncmec().get_entries_iter() for one in page.updates if one.id == "barred"
    ]
    assert entry.fingerprints == {"pdq": digest(60)}
    assert any("bar:victim" in call for call in world.answers)
    key = world.desk.share(world.head, name="ours", to="other", grounds=GROUNDS).key
    values = stop_api.StopNCIICSPFeedbackValue
    world.stopncii(key).submit_feedback(
        stop_api.StopNCIISignalType.ImagePDQ, digest(61), values.NotBlocked, {"satire"}
    )
    (held,) = [
        one
        for page in world.stopncii().fetch_hashes_iter()
        for one in page.hashRecords
        if one.hashValue == digest(61)
    ]
    assert [(one.source, one.feedbackValue, one.tags) for one in held.CSPFeedbacks] == [
        ("other", values.NotBlocked, {"satire"})
    ]
    assert any('"useBar":"victim"' in call for call in world.answers)
    # a barred entry that comes again without its bar keeps it
    world.take("ours", f"id,pdq\n{value},{digest(61)}")
    world.answers.clear()
    list(world.stopncii().fetch_hashes_iter())
    assert any('"useBar":"victim"' in call for call in world.answers)


def test_nobody_else_is_told_anything(world):
    for key in ("", "platform.wrong", world.keys["ours"], "nobody.x"):
        answer = world.raw("GET", "/ncmec/v2/entries", key=key)
        assert (answer.status_code, answer.headers["www-authenticate"][:5]) == (401, "Basic")
        assert digest(1) not in answer.text
    for headers in (
        {},
        {"x-functions-key": world.keys["known"]},
        {"x-functions-key": "\udc00".encode("utf-8", "replace").decode()},
    ):
        assert world.raw("GET", "/stopncii/FetchHashes", headers=headers).status_code == 401
    assert world.raw("GET", "/ncmec/v2/none", key=world.keys["known"]).status_code == 404
    world.desk.stop(world.head, name="known", to="platform")
    assert world.raw("GET", "/ncmec/v2/status", key=world.keys["known"]).status_code == 401
    broken = {"authorization": "Basic %%%"}
    assert world.raw("GET", "/ncmec/v2/status", headers=broken).status_code == 401
    assert world.faults == []


BOMB = b'<!DOCTYPE x [<!ENTITY a "b">]><feedbackSubmission>&a;</feedbackSubmission>'
HIDDEN = '<!DOCTYPE x [<!ENTITY a "b">]><a><affirmative/>&a;</a>'.encode("utf-16")


UNREAD = (
    ("GET", "/ncmec/v2/entries?from=yesterday", b""),
    ("GET", "/ncmec/v2/entries?size=-1", b""),
    ("GET", "/ncmec/v2/entries?start=x", b""),
    ("PUT", "/ncmec/v2/entries/1/e1/MD5/feedback", b""),
    ("PUT", "/ncmec/v2/entries/1/e1/MD5/feedback", BOMB),
    ("PUT", "/ncmec/v2/entries/1/e1/MD5/feedback", HIDDEN),
    ("PUT", "/ncmec/v2/entries/1/e1/SMELL/feedback", b"<a><affirmative/></a>"),
    ("PUT", "/ncmec/v2/entries/1/e1/MD5/feedback", b"<a><affirmative/><negative/></a>"),
    ("PUT", "/ncmec/v2/entries/1/e1/MD5/feedback", b"<a><negative><guid>x</guid></negative></a>"),
    ("GET", "/stopncii/FetchHashes?nextPageToken=x", b""),
    ("GET", "/stopncii/v1/FetchHashes?startTimestamp=-4", b""),
    ("POST", "/stopncii/SubmitHashes", b"{"),
    ("POST", "/stopncii/SubmitHashes", b'{"hashRecords":[{"signalType":"Smell","hashValue":"0f"}]}'),
    ("POST", "/stopncii/SubmitHashes", b'{"hashRecords":[{"signalType":"ImagePDQ","hashValue":"0f"}]}'),
    ("POST", "/stopncii/SubmitFeedback", b'{"hashFeedbacks":[{"hashValue":"0f","feedbackValue":"Odd"}]}'),
)


def test_calls_that_do_not_read_are_refused_and_nothing_is_kept(world):
    for method, path, body in UNREAD:
        ncmec = path.startswith("/ncmec")
        headers = {} if ncmec else {"x-functions-key": world.keys["ours"]}
        answer = world.raw(method, path, key=world.keys["known"] if ncmec else "", body=body, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert world.faults == []


def test_a_flood_of_calls_is_held_back_and_let_in_again(world, monkeypatch):
    monkeypatch.setattr(hashdoors, "A_MINUTE", 3)
    codes = [world.raw("GET", "/ncmec/v2/status", key=world.keys["known"]).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    world.side.place.clock.advance(MINUTE)
    assert world.raw("GET", "/ncmec/v2/status", key=world.keys["known"]).status_code == 200


def test_a_walk_is_in_the_log_once_and_no_fingerprint_is(world, monkeypatch):
    list(small_pages(monkeypatch, world.ncmec()).get_entries_iter())
    with world.side.place.store.snapshot() as tx:
        noted = [one for one in tx.node.journal(world.head.authority) if one.action == "hash.walk"]
    assert [(one.officer, one.about) for one in noted] == [("receiver.platform", "known")]
    assert digest(1) not in str(noted)


def test_a_list_that_was_taken_back_is_told_as_deleted(world):
    world.desk.set_state(world.head, name="known", ids=[], state="withdrawn")
    found = [one for page in world.ncmec().get_entries_iter() for one in page.updates]
    assert len(found) == 12
    assert all(one.deleted and not one.fingerprints for one in found)


def test_ids_with_odd_signs_are_told_whole(world):
    world.take("known", f'id,pdq\n"a<b>&""\x01",{digest(60)}')
    ids = [one.id for page in world.ncmec().get_entries_iter() for one in page.updates]
    assert 'a<b>&"\ufffd' in ids


def test_times_are_read_with_and_without_a_fraction():
    from datetime import UTC, datetime

    from comity.protection.ncmec import parse_stamp

    at = from_datetime(datetime(2017, 10, 20, tzinfo=UTC))
    assert parse_stamp("2017-10-20T00:00:00.000Z", where="from") == at
    assert parse_stamp("2017-10-20T00:00:00", where="from") == at
    assert parse_stamp("1969-12-31T19:00:00Z", where="from") == Instant(0)
