"""Servers of others are called at public addresses, over TLS, once and within limits."""

import ipaddress
from typing import Any

import httpx2
import pytest

from comity.indicators.sources import Asked, SourceKind, SourceRecord, address_of
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError
from comity.transport import sources
from comity.transport.sources import HttpsLine, is_public, judged

PRIVATE = """
0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1
2001:db8::1 2002:7f00:1::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1 3fff::1 5f00::1
""".split()
PUBLIC = "1.1.1.1 8.8.8.8 93.184.216.34 172.15.0.1 172.32.0.1 2606:4700::1111 ::ffff:8.8.8.8".split()


def source(**told: Any) -> SourceRecord:
    usual = {"name": "s", "kind": SourceKind.TAXII, "url": "https://t.example/taxii2/", "made_at": Instant(1)}
    return SourceRecord(**{**usual, **told})


def code(call: Any, *args: Any, **told: Any) -> str:
    with pytest.raises(ComityError) as caught:
        call(*args, **told)
    return caught.value.code


@pytest.mark.parametrize("text", PRIVATE)
def test_no_address_that_is_not_public_is_called(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))
    told = address_of("https://t.example/", allow_private=False)
    assert code(judged, [text], told, allow_private=False) == "sources.address"
    assert code(judged, ["8.8.8.8", text], told, allow_private=False) == "sources.address"


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_called(text: str) -> None:
    told = address_of("https://t.example/", allow_private=False)
    assert judged([text], told, allow_private=False) == str(ipaddress.ip_address(text))


def test_a_private_one_is_called_where_the_operator_says_so_and_plain_http_stays_on_this_machine() -> None:
    secure = address_of("https://t.example/", allow_private=True)
    plain = address_of("http://t.example:81/", allow_private=True)
    assert judged(["10.0.0.1"], secure, allow_private=True) == "10.0.0.1"
    assert judged(["127.0.0.1"], plain, allow_private=True) == "127.0.0.1"
    for text in ("10.0.0.1", "8.8.8.8", "169.254.169.254"):
        assert code(judged, [text], plain, allow_private=True) == "sources.address"
    for text in ("0.0.0.0", "224.0.0.1", "::", "ff02::1", "::ffff:0.0.0.0"):
        assert code(judged, [text], secure, allow_private=True) == "sources.address"
    assert code(judged, [], secure, allow_private=True) == "sources.silent"


@pytest.mark.parametrize(
    "url",
    [
        "http://t.example/",
        "ftp://t.example/",
        "https://user:key@t.example/",
        "https://t.example/?key=1",
        "https://t.example/#x",
        "https://t.example/../a/",
        "https://t.example:0/",
        "https://t.example:70000/",
        "https:///a",
        "https://t.example\r\nx/",
        "https://т.example/",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    assert code(address_of, url, allow_private=False) == "sources.url"


def line(answer: Any, **told: Any) -> HttpsLine:
    one = source(**told)
    return HttpsLine(one, b"hidden", address="8.8.8.8", transport=httpx2.MockTransport(answer))


def test_the_address_that_was_judged_is_called_in_the_name_of_the_source() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(
            200, stream=httpx2.ByteStream(b"{}"), headers={"X-TAXII-Date-Added-Last": "2026-01-01T00:00:00Z"}
        )

    made = line(answer).ask(Asked(path="/a/", query=(("next", "a&b"),), media="x/y"))
    assert (made.body, made.last_added) == (b"{}", "2026-01-01T00:00:00Z")
    assert str(seen[0].url) == "https://8.8.8.8/a/?next=a%26b"
    assert seen[0].headers["host"] == "t.example"
    assert seen[0].extensions["sni_hostname"] == "t.example"
    assert seen[0].headers["authorization"] == "Bearer hidden"
    assert seen[0].headers["accept-encoding"] == "identity"
    line(answer, user="me").ask(Asked(path="/a/", media="x/y", body=b"{}"))
    assert seen[1].headers["authorization"] == "Basic bWU6aGlkZGVu"
    assert seen[1].method == "POST"
    line(answer, kind=SourceKind.MISP).ask(Asked(path="/a/", media="x/y"))
    assert seen[2].headers["authorization"] == "hidden"


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (302, {"location": "http://127.0.0.1/"}, "sources.redirect"),
        (401, {}, "sources.refused"),
        (403, {}, "sources.refused"),
        (404, {}, "sources.answer"),
        (503, {}, "sources.silent"),
        (200, {"content-encoding": "gzip"}, "sources.answer"),
    ],
)
def test_what_is_no_answer_is_told_without_its_words(
    status: int, headers: dict[str, str], expected: str
) -> None:
    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, stream=httpx2.ByteStream(b"hidden words"), headers=headers)

    with pytest.raises(ComityError) as caught:
        line(answer).ask(Asked(path="/a/", media="x/y"))
    assert caught.value.code == expected
    assert "hidden" not in str(caught.value.problem())


def test_an_answer_is_read_within_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_PAGE_BYTES", 10)
    made = line(lambda _request: httpx2.Response(200, stream=httpx2.ByteStream(b"x" * 11)))
    assert code(made.ask, Asked(path="/a/", media="x/y")) == "sources.answer"
    assert code(sources.require_certificates, "no certificate") == "sources.certificates"


def test_a_server_that_is_not_there_or_not_trusted_is_told() -> None:
    def gone(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("hidden")

    def other(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] hidden")

    assert code(line(gone).ask, Asked(path="/a/", media="x/y")) == "sources.silent"
    assert code(line(other).ask, Asked(path="/a/", media="x/y")) == "sources.certificate"
