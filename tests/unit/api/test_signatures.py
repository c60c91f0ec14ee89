"""Signatures of requests, judged from headers alone; and what signer and door must agree on."""

from dataclasses import replace

import httpx2
import pytest

from comity.api import exchange as door
from comity.api import signatures as judged
from comity.api.signatures import Request, require_signed
from comity.exchange.envelope import CALL_TYPE, End
from comity.kernel.clock import MINUTE, SECOND, Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import DeniedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.signing import Ed25519Signer, key_id
from comity.transport import https
from comity.transport import signatures as signed

NOW = Instant(1_793_000_000 * SECOND)
SIGNER = Ed25519Signer.generate(SeededEntropy("caller"))
CALLER = End(authority=AuthorityId("XAA/contact-point"), root=Fingerprint("ab" * 32))
NONCE = bytes(range(16))


def _known(key):
    return (CALLER, SIGNER.public) if key == key_id(SIGNER.public) else None


def _request(body=b"{}", *, method="POST", nonce=NONCE, at=NOW, signer=SIGNER) -> Request:
    headers = {"content-type": CALL_TYPE} if body else {}
    made = httpx2.Request(method, f"https://node.example{https.CALLS}", content=body or None, headers=headers)
    signed.sign_request(made, signer=signer, body=body, nonce=nonce, at=at)
    return Request(method=method, path=https.CALLS, headers={k.lower(): v for k, v in made.headers.items()})


def test_what_was_signed_is_told():
    found = require_signed(_request(), caller_key=_known, now=NOW)
    assert (found.end, found.nonce, found.digest) == (CALLER, NONCE, sha256(b"{}"))
    assert found.key == key_id(SIGNER.public)


def test_a_request_without_a_body_is_signed_too():
    found = require_signed(_request(b"", method="GET"), caller_key=_known, now=NOW)
    assert found.digest == sha256(b"")


def _pieces(length="3"):
    path = f"{https.DELIVERIES}/{'ab' * 32}/pieces/0"
    headers = {"content-type": https.PIECE_TYPE, "content-length": length}
    made = httpx2.Request("PUT", f"https://node.example{path}", content=iter([b"abc"]), headers=headers)
    signed.sign_request(made, signer=SIGNER, body=None, nonce=NONCE, at=NOW)
    return Request(method="PUT", path=path, headers={k.lower(): v for k, v in made.headers.items()})


def test_pieces_are_signed_by_their_length_and_nothing_else_is():
    found = require_signed(_pieces(), caller_key=_known, now=NOW, pieces=True)
    assert (found.end, found.nonce, found.digest) == (CALLER, NONCE, b"")
    for request, pieces in (
        (_pieces(), False),
        (_request(), True),
        (_with(_pieces(), content_length="4"), True),
    ):
        with pytest.raises(DeniedError):
            require_signed(request, caller_key=_known, now=NOW, pieces=pieces)


@pytest.mark.parametrize("late", [-5 * MINUTE, 0, 5 * MINUTE])
def test_clocks_may_differ_by_five_minutes(late):
    assert require_signed(_request(), caller_key=_known, now=Instant(NOW + late)).end == CALLER


@pytest.mark.parametrize("late", [-5 * MINUTE - SECOND, 5 * MINUTE + SECOND])
def test_and_by_no_more(late):
    with pytest.raises(DeniedError):
        require_signed(_request(), caller_key=_known, now=Instant(NOW + late))


def _with(request, **headers):
    return replace(
        request, headers={**request.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )


GOOD = _request()
INPUT, VALUE = GOOD.headers["signature-input"], GOOD.headers["signature"]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(replace(GOOD, headers={}), id="no headers"),
        pytest.param(replace(GOOD, method="PUT"), id="another method"),
        pytest.param(replace(GOOD, path="/exchange/v1/other"), id="another path"),
        pytest.param(replace(GOOD, path="/exchange v1"), id="no path at all"),
        pytest.param(_with(GOOD, content_type="text/plain"), id="another media type"),
        pytest.param(_with(GOOD, content_digest="sha-256=:" + "A" * 43 + "=:"), id="another digest"),
        pytest.param(_with(GOOD, signature_input=INPUT.replace('tag="comity', 'tag="other')), id="tag"),
        pytest.param(_with(GOOD, signature_input=INPUT.replace('"@path" ', "")), id="path not covered"),
        pytest.param(_with(GOOD, signature_input=INPUT + ";expires=9999999999"), id="more parameters"),
        pytest.param(_with(GOOD, signature_input=INPUT.replace(";alg", ";x=1;alg")), id="unknown parameter"),
        pytest.param(_with(GOOD, signature_input=f"{INPUT}, b={INPUT[7:]}"), id="two inputs"),
        pytest.param(
            _with(GOOD, signature_input=f"{INPUT}, b={INPUT[7:]}", signature=f"{VALUE}, b={VALUE[7:]}"),
            id="two signatures",
        ),
        pytest.param(_with(GOOD, signature_input="((("), id="not structured"),
        pytest.param(_with(GOOD, signature_input="é" * 10), id="not ascii"),
        pytest.param(_with(GOOD, signature="comity=:AAAA:"), id="short signature"),
        pytest.param(_with(GOOD, signature=" " * 3000 + VALUE), id="long header"),
        pytest.param(_request(nonce=b"short"), id="short nonce"),
        pytest.param(_request(signer=Ed25519Signer.generate(SeededEntropy("other"))), id="unknown key"),
    ],
)
def test_everything_else_is_denied_with_the_same_words(request_):
    with pytest.raises(DeniedError) as caught:
        require_signed(request_, caller_key=_known, now=NOW)
    assert caught.value.problem()["code"] == "exchange.denied"
    assert caught.value.where == ""


def test_one_key_cannot_speak_for_another():
    other = Ed25519Signer.generate(SeededEntropy("other"))
    with pytest.raises(DeniedError):
        require_signed(_request(), caller_key=lambda _key: (CALLER, other.public), now=NOW)


def test_signer_and_door_mean_the_same():
    for name in ("TAG", "COVERED", "COVERED_EMPTY"):
        assert getattr(signed, name) == getattr(judged, name)
    for name in ("CALLS", "DELIVERIES", "START_TYPE", "STATUS_TYPE", "PIECE_TYPE"):
        assert getattr(https, name) == getattr(door, name)
