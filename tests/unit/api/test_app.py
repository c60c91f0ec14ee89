"""The door on the loopback: limits, pace, bugs, and what it does not serve."""

import json
import socket
import ssl
import threading

import httpx2
import pytest

from comity.api import bodies, server
from comity.api.app import exchange_app
from comity.api.exchange import CALLS, MOST_OPEN, ExchangeToolbox
from comity.engines.system import SystemClock
from comity.exchange.envelope import CALL_TYPE, End
from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.signing import Ed25519Signer, key_id
from comity.transport.certificate import make_certificate
from comity.transport.https import pinned_context
from comity.transport.signatures import sign_request
from tests.unit.transport.doors import served

pytestmark = pytest.mark.network

SIGNER = Ed25519Signer.generate(SeededEntropy("caller"))
CALLER = End(authority=AuthorityId("XAA/contact-point"), root=Fingerprint("ab" * 32))
CLOCK = SystemClock()
NONCES = SeededEntropy("nonces")


class Node:
    """Stands behind the door and does what a test wants."""

    def __init__(self):
        self.received, self.faults = [], []
        self.answer = lambda _body: b"{}"

    def toolbox(self) -> ExchangeToolbox:
        return ExchangeToolbox(
            caller_key=lambda key: (CALLER, SIGNER.public) if key == key_id(SIGNER.public) else None,
            receive=self.receive,
            delivery_status=lambda _end, _act: b"{}",
            take_start=lambda _end, _act, _body: None,
            take_pieces=lambda _end, _act, _first, _size: None,
            now=CLOCK.now,
            report=self.faults.append,
        )

    def receive(self, caller, body):
        self.received.append((caller, len(body)))
        return self.answer(body)


@pytest.fixture(scope="module")
def tls():
    return make_certificate("127.0.0.1", now=CLOCK.now())


@pytest.fixture
def node(tmp_path, tls):
    made = Node()
    with served(exchange_app(made.toolbox()), folder=tmp_path, tls=tls) as made.port:
        yield made


@pytest.fixture
def client(node, tls):
    context = pinned_context(tls.certificate_der)
    with httpx2.Client(
        base_url=f"https://127.0.0.1:{node.port}", verify=context, trust_env=False, timeout=30
    ) as made:
        yield made


def _signed(client, body, *, nonce=None) -> httpx2.Request:
    request = client.build_request("POST", CALLS, content=body, headers={"content-type": CALL_TYPE})
    sign_request(request, signer=SIGNER, body=body, nonce=nonce or NONCES.bytes(16), at=Instant(CLOCK.now()))
    return request


def _raw(node, tls, head: list[str], body: bytes = b"") -> ssl.SSLSocket:
    raw = socket.create_connection(("127.0.0.1", node.port), timeout=20)
    made = pinned_context(tls.certificate_der).wrap_socket(raw)
    made.sendall("\r\n".join([*head, "", ""]).encode() + body)
    return made


def _head(request: httpx2.Request, *more: str) -> list[str]:
    kept = [f"{name}: {value}" for name, value in request.headers.items() if name != "content-length"]
    return [f"POST {CALLS} HTTP/1.1", *kept, *more]


def _reply(made: ssl.SSLSocket) -> bytes:
    with made:
        return made.recv(65_536)


def test_the_largest_call_is_taken_and_one_byte_more_is_not(node, client):
    largest = b"x" * (64 * 1024 * 1024)
    assert client.send(_signed(client, largest)).status_code == 200
    assert node.received == [(node.received[0][0], len(largest))]
    request = _signed(client, largest + b"x")
    answer = client.send(request)
    assert (answer.status_code, answer.json()["code"]) == (413, "body.size")
    assert len(node.received) == 1


def test_a_lying_length_is_cut_at_the_limit(node, client, tls):
    request = _signed(client, b"x" * (64 * 1024 * 1024 + 1))
    made = _raw(node, tls, _head(request, "transfer-encoding: chunked"))
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    try:
        for _ in range(70):
            made.sendall(chunk)
    except OSError:
        pass  # the node has stopped listening, which is fine
    else:
        assert b"413" in _reply(made)
    made.close()
    assert node.received == []


def test_who_is_not_pinned_is_answered_before_the_body_is_read(node, client, tls):
    request = _signed(client, b"x" * 1000)
    request.headers["signature-input"] = request.headers["signature-input"].replace(
        key_id(SIGNER.public), "0" * 64
    )
    made = _raw(node, tls, _head(request, "content-length: 1000"))
    assert b"403" in _reply(made).split(b"\r\n")[0]
    assert node.received == []


def test_a_body_that_never_comes_is_given_up(node, client, tls, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.2)
    request = _signed(client, b"x" * 1000)
    made = _raw(node, tls, _head(request, "content-length: 1000"), b"only this")
    assert b"408" in _reply(made).split(b"\r\n")[0]


def test_a_caller_has_a_bounded_number_of_calls_open(node, client):
    held, going = threading.Event(), threading.Semaphore(0)

    def wait(_body):
        going.release()
        held.wait(20)
        return b"{}"

    node.answer = wait
    requests = [_signed(client, b"{}") for _ in range(MOST_OPEN)]
    threads = [threading.Thread(target=client.send, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert going.acquire(timeout=20)
    answer = client.send(_signed(client, b"{}"))
    held.set()
    for thread in threads:
        thread.join()
    assert (answer.status_code, answer.json()["code"]) == (503, "door.busy")
    node.answer = lambda _body: b"{}"
    assert client.send(_signed(client, b"{}")).status_code == 200


def test_a_bug_is_answered_plainly_and_told_without_the_request(node, client):
    def broken(_body):
        raise ValueError("secret words of the caller")

    node.answer = broken
    answer = client.send(_signed(client, b"{}"))
    assert (answer.status_code, answer.json()["code"]) == (500, "http.500")
    assert "secret" not in answer.text
    assert len(node.faults) == 1
    assert "ValueError" in node.faults[0]
    assert "secret" not in node.faults[0]


def test_errors_of_the_families_are_problems(node, client):
    def untrusted(_body):
        raise UntrustedError("some.code", "it does not hold", hint="look", where="/x")

    node.answer = untrusted
    answer = client.send(_signed(client, b"{}"))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "some.code"


def test_nothing_else_is_served(client):
    assert client.get("/health").json() == {"status": "ok"}
    for path in ("/", "/schema", "/schema/openapi.json", "/docs", "/exchange/v1"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.get(CALLS).status_code == 405
    assert json.loads(client.get("/nothing").content)["code"] == "http.404"


def test_headers_that_never_end_are_given_up(tmp_path, tls, monkeypatch):
    monkeypatch.setattr(server, "IDLE_MILLISECONDS", 500)
    with served(exchange_app(Node().toolbox()), folder=tmp_path, tls=tls) as port:
        raw = socket.create_connection(("127.0.0.1", port), timeout=20)
        with pinned_context(tls.certificate_der).wrap_socket(raw) as made:
            made.sendall(b"POST /exchange/v1/calls HTTP/1.1\r\nHos")
            assert made.recv(100) == b""
