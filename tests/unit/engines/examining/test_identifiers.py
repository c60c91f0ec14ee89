"""Identifiers are found with their place, only where a checksum or a list agrees."""

from __future__ import annotations

import random

import pytest

from comity.engines.examining.identifiers import Scanner, hits
from comity.engines.examining.wallets import segwit_network
from comity.evidence.examination import Kind

TRUE = {
    Kind.EMAIL: ("Bob.Smith@Example.co.uk", "Bob.Smith@example.co.uk"),
    Kind.URL: ("https://evil.example.com/x?y=1", "https://evil.example.com/x?y=1"),
    Kind.DOMAIN: ("pay.example.org", "pay.example.org"),
    Kind.IP: ("192.0.2.17", "192.0.2.17"),
    Kind.IBAN: ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    Kind.PHONE: ("+41 44 668 18 00", "+41446681800"),
    Kind.BITCOIN: ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    Kind.TRON: ("TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC", "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC"),
    Kind.ETHEREUM: (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ),
}


@pytest.mark.parametrize(("kind", "texts"), TRUE.items(), ids=[kind.value for kind in TRUE])
def test_each_kind_is_found_at_its_place(kind: Kind, texts: tuple[str, str]):
    written, value = texts
    for before, after in (("say ", " now"), ("«", "»"), ("\n", "\n")):
        data = (before + written + after).encode()
        assert [(h.kind, h.value, data[h.start : h.end].decode()) for h in hits(data)] == [
            (kind, value, written)
        ]


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "a@nothing.invalidzz",
        "report.py",
        "version 1.2.3.400",
        "DE89370400440532013001",
        "+999 123 456 789",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "12:30:45:67",
        "std::string",
    ],
)
def test_what_only_looks_like_one_is_not_told(text: str):
    assert list(hits(f"x {text} y".encode())) == []


@pytest.mark.parametrize(
    "text", ["t.me", "ask t.me/x now", "زوروا t.me اليوم", "\x01\x02\x00t.me\x00\x03\x04", "看t.me。"]
)
def test_a_short_domain_is_told_where_it_stands_in_text(text: str):
    assert [(hit.kind, hit.value) for hit in hits(text.encode())] == [(Kind.DOMAIN, "t.me")]


def test_a_short_domain_among_bytes_that_are_no_text_is_chance():
    assert list(hits(b"\x01\x02 8.es \x99\xf1")) == []
    assert [hit.value for hit in hits(b"\x01\x02 mail.example.org \x99\xf1")] == ["mail.example.org"]
    noise = random.Random(8).randbytes(1 << 20)
    assert [hit for hit in hits(noise) if hit.kind is Kind.DOMAIN] == []


def test_segwit_of_both_versions_holds_its_checksum():
    assert segwit_network("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq") is Kind.BITCOIN
    assert segwit_network("bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297") is Kind.BITCOIN
    assert segwit_network("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4") is Kind.BITCOIN
    # BIP 350: version 0 with the later checksum, version 1 with the earlier one
    assert segwit_network("bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd") is None
    assert segwit_network("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4") is None
    assert segwit_network("bc1gmk9yu") is None


@pytest.mark.parametrize("portion", [37, 2500, 10**6])
def test_portions_change_nothing(portion: int):
    text = " ".join(written for written, _ in TRUE.values()).encode()
    data = (
        bytes(5000)
        + text
        + b"\xff" * 3000
        + text
        + " wide anna@example.org wide".encode("utf-16-le")
        + b"." * 2500
    )
    told: list[tuple[object, ...]] = []
    scanner = Scanner(lambda *one: told.append(one), most=1000)
    for at in range(0, len(data), portion):
        scanner.feed(data[at : at + portion])
    scanner.feed(b"", last=True)
    assert len(told) == 2 * len(TRUE) + 1
    assert (Kind.EMAIL, "anna@example.org", data.index(b"a\x00n\x00n\x00a"), 32, "utf-16-le") in told
    assert all(data[at : at + size] for _, _, at, size, _ in told)  # type: ignore[misc]


def test_no_more_than_the_bound_is_told():
    told: list[object] = []
    scanner = Scanner(lambda *one: told.append(one), most=3)
    scanner.feed(b"a@example.org " * 10, last=True)
    assert len(told) == 3 and scanner.full
