"""Calls over TLS on the loopback: what arrives, and what is turned away before it is read."""

import json
import socket
import ssl
from dataclasses import replace

import httpx2
import pytest

from comity.engines.system import SystemClock
from comity.exchange.envelope import CALL_TYPE, parse_answer
from comity.exchange.runs import MOST_RUN, Run, run_of
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import (
    ConflictError,
    DeniedError,
    MalformedError,
    UnavailableError,
    UntrustedError,
)
from comity.kernel.ids import ActId
from comity.kernel.signing import Ed25519Signer
from comity.requests.service import example
from comity.transport.certificate import make_certificate
from comity.transport.https import CALLS, HttpsTransport, pinned_context
from comity.transport.signatures import sign_request
from tests.unit.transport.doors import Door, served, two_doors

pytestmark = pytest.mark.network

ACT = ActId("ab" * 32)
MINUTES = 60 * 1_000_000


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with two_doors(tmp_path_factory.mktemp("doors")) as found:
        yield found


def _client(door: Door) -> httpx2.Client:
    return httpx2.Client(
        base_url=f"https://127.0.0.1:{door.port}",
        verify=pinned_context(door.tls.certificate_der),
        trust_env=False,
    )


def _call(here: Door, there: Door):
    return here.desk.prepare(here.authority, there.end(), even_if_empty=True)


def _signed(client, here, call, *, signer=None, path=CALLS, body=None, at=None) -> httpx2.Request:
    body = call.body if body is None else body
    request = client.build_request("POST", path, content=body, headers={"content-type": CALL_TYPE})
    sign_request(
        request,
        signer=signer or call.office.transport,
        body=body,
        nonce=call.nonce,
        at=here.clock.now() if at is None else at,
    )
    return request


def test_an_act_goes_over_tls_and_is_settled_by_its_receipt(doors):
    here, there = doors
    actor = here.place.actor(None)
    form = json.dumps(example("preservation")).encode()
    draft = here.cases.draft_request(actor, form=form, to=there.authority)
    for key in draft.undecided:
        draft = here.cases.decide(
            actor, act=draft.act, finding=key, outcome="proceed", inner="looked at it", outer=""
        )
    draft = here.cases.approve(actor, act=draft.act, reason="lawful and needed")
    act = here.cases.issue(actor, act=draft.act)
    transport = here.transport()
    report = here.desk.send(here.authority, there.end(), transport)
    transport.close()
    assert (report.failure, report.messages) == (None, 1)
    with here.place.store.snapshot() as tx:
        assert tx.exchange.settled(act.act).code == ""
    with there.place.store.snapshot() as tx:
        assert tx.acts.get(there.authority, act.act) is not None


def test_one_connection_serves_many_calls(doors):
    here, there = doors
    transport = here.transport()
    for _ in range(5):
        parse_answer(transport.call(_call(here, there)), count=0)
    (client,) = transport._clients.values()
    assert len(client._transport._pool.connections) == 1
    transport.close()


def test_another_certificate_is_refused(doors):
    here, there = doors
    other = make_certificate("127.0.0.1", now=SystemClock().now())
    call = _call(here, there)
    transport = here.transport()
    with pytest.raises(UntrustedError) as caught:
        transport.call(replace(call, to=replace(call.to, certificate=other.certificate_der)))
    transport.close()
    assert caught.value.code == "peer.certificate"


def test_a_certificate_that_is_none_is_refused(doors):
    here, there = doors
    call = _call(here, there)
    with pytest.raises(UntrustedError):
        here.transport().call(replace(call, to=replace(call.to, certificate=b"der")))


@pytest.mark.parametrize(
    "endpoint", [None, "http://127.0.0.1:1", "https://127.0.0.1:1/somewhere", "https://a@b"]
)
def test_a_peer_without_a_usable_endpoint_is_unavailable(doors, endpoint):
    here, there = doors
    call = _call(here, there)
    with pytest.raises(UnavailableError):
        here.transport().call(replace(call, to=replace(call.to, endpoint=endpoint)))


def test_a_closed_port_is_unreachable(doors):
    here, there = doors
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    call = _call(here, there)
    transport = here.transport()
    with pytest.raises(UnavailableError) as caught:
        transport.call(replace(call, to=replace(call.to, endpoint=f"https://127.0.0.1:{port}")))
    transport.close()
    assert caught.value.code == "peer.unreachable"


def test_a_replayed_call_is_denied(doors):
    here, there = doors
    with _client(there) as client:
        request = _signed(client, here, _call(here, there))
        assert client.send(request).status_code == 200
        again = client.build_request("POST", CALLS, content=request.content, headers=request.headers)
        answer = client.send(again)
    assert answer.status_code == 403
    assert answer.json()["code"] == "exchange.denied"


def test_everybody_who_is_not_entitled_gets_the_same_answer(doors):
    here, there = doors
    call, now = _call(here, there), here.clock.now()
    stranger = Ed25519Signer.generate(SeededEntropy("stranger"))
    its_own = there.desk.office(there.authority).transport
    with _client(there) as client:
        altered = _signed(client, here, call)
        moved = _signed(client, here, call, path=f"/exchange/v1/deliveries/{ACT}")
        requests = {
            "unknown key": _signed(client, here, call, signer=stranger),
            "own key of the receiver": _signed(client, here, call, signer=its_own),
            "altered body": client.build_request(
                "POST", CALLS, content=call.body.replace(b'"v":1', b'"v":2'), headers=altered.headers
            ),
            "another path": client.build_request("POST", CALLS, content=call.body, headers=moved.headers),
            "too old": _signed(client, here, call, at=now - 6 * MINUTES),
            "too new": _signed(client, here, call, at=now + 6 * MINUTES),
            "not signed": client.build_request(
                "POST", CALLS, content=call.body, headers={"content-type": CALL_TYPE}
            ),
            "not for you": _signed(client, here, call, body=call.body.replace(b"XAB/", b"XAC/")),
        }
        answers = {}
        for name, request in requests.items():
            answer = client.send(request)
            answers[name] = (answer.status_code, answer.headers["content-type"], answer.content)
    status, media_type, body = answers["unknown key"]
    assert (status, media_type) == (403, "application/problem+json")
    assert json.loads(body)["code"] == "exchange.denied"
    assert {name for name, answer in answers.items() if answer != answers["unknown key"]} == set()


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest"])
def test_a_request_without_one_of_its_headers_is_denied(doors, name):
    here, there = doors
    with _client(there) as client:
        request = _signed(client, here, _call(here, there))
        del request.headers[name]
        assert client.send(request).status_code == 403


def test_another_media_type_than_signed_is_denied(doors):
    here, there = doors
    with _client(there) as client:
        request = _signed(client, here, _call(here, there))
        request.headers["content-type"] = "application/json"
        assert client.send(request).status_code == 403


class Long(Run):
    """A run that says it has more bytes than a door takes."""

    def __post_init__(self):
        object.__setattr__(self, "size", MOST_RUN + 1)


class Portions:
    """A pace that lets everything go and remembers what was asked."""

    def __init__(self):
        self.asked = []

    def is_paced(self):
        return True

    def portion(self, peer, size):
        self.asked.append((peer, size))


def test_steps_of_a_delivery_arrive_and_replays_are_denied(doors):
    here, there = doors
    transport, start = here.transport(), b'{"header":"","hashes":"","v":1}'
    to = here.desk.destination(here.authority, there.end())
    transport.put_start(to, ACT, start)
    transport.put_pieces(to, ACT, run_of(7, b"x" * (1 << 20), b"short"))
    assert json.loads(transport.status(to, ACT))["started"] is False
    end = here.end()
    assert there.taken[-2:] == [(end, ACT, "start", start), (end, ACT, 7, [b"x" * (1 << 20), b"short"])]
    with pytest.raises(MalformedError, match=r"413.*body\.size"):
        transport.put_pieces(to, ACT, Long(first=8, size=1, pieces=lambda: iter([bytes(MOST_RUN + 1)])))
    with pytest.raises(MalformedError, match="422"):
        transport.put_pieces(to, ActId("no-digest"), run_of(8, b"x"))
    pace = Portions()
    paced = HttpsTransport(clock=here.clock, entropy=SeededEntropy("paced"), pace=pace)
    paced.put_pieces(to, ACT, run_of(9, b"y" * 40_000))
    assert there.taken[-1] == (end, ACT, 9, [b"y" * 40_000])
    assert pace.asked == [(there.end(), 16384), (there.end(), 16384), (there.end(), 7232)]
    same = HttpsTransport(clock=here.clock, entropy=SeededEntropy("repeats itself"))
    same.put_pieces(to, ACT, run_of(1, b"one"))
    again = HttpsTransport(clock=here.clock, entropy=SeededEntropy("repeats itself"))
    with pytest.raises(DeniedError):
        again.put_pieces(to, ACT, run_of(1, b"one"))
    for each in (transport, paced, same, again):
        each.close()


def _answering(status, body, headers=()):
    async def app(_scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": status, "headers": [(b"x", b"y"), *headers]})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.mark.parametrize(
    ("status", "body", "family", "words"),
    [
        (403, b'{"code":"exchange.denied"}', DeniedError, "exchange.denied"),
        (409, b"{}", ConflictError, "409"),
        (422, b'{"code":"call.size","detail":"\\u001b[31mred"}', MalformedError, "call.size"),
        (404, b"<html>", UnavailableError, "404"),
        (503, b"", UnavailableError, "503"),
        (302, b"", UnavailableError, "302"),
        (422, b'{"code":"\\u001b[31m"}', MalformedError, "422"),
        (200, b"x" * (8 * 1024 * 1024 + 1), MalformedError, "more than"),
        (403, b"x" * (64 * 1024 + 1), MalformedError, "more than"),
    ],
)
def test_what_a_peer_answers_is_told_by_family_and_never_by_its_text(
    doors, tmp_path, status, body, family, words
):
    here, there = doors
    call = _call(here, there)
    with served(_answering(status, body), folder=tmp_path, tls=there.tls) as port:
        transport = here.transport()
        with pytest.raises(family) as caught:
            transport.call(replace(call, to=replace(call.to, endpoint=f"https://127.0.0.1:{port}")))
        transport.close()
    assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_compressed_answer_is_refused(doors, tmp_path):
    here, there = doors
    call = _call(here, there)
    app = _answering(200, b"x", headers=[(b"content-encoding", b"gzip")])
    with served(app, folder=tmp_path, tls=there.tls) as port:
        transport = here.transport()
        with pytest.raises(MalformedError, match="compressed"):
            transport.call(replace(call, to=replace(call.to, endpoint=f"https://127.0.0.1:{port}")))
        transport.close()


def test_tls_is_of_this_age(doors):
    _, there = doors
    context = pinned_context(there.tls.certificate_der)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", there.port)) as raw,
        context.wrap_socket(raw) as made,
    ):
        assert made.version() == "TLSv1.3"
