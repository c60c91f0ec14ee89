"""Statements for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from comity.evidence.limits import Limits, Onward
from comity.indicators.kinds import Kind
from comity.indicators.marks import Pap, Tlp
from comity.indicators.statements import Indicator, named_uuid
from comity.kernel.clock import DAY, Instant

T0 = Instant(1_793_000_000_000_000)
LIMITS = Limits(
    basis=("44(1)", "budapest:26"),
    purpose='case "12/2026" only; no onward use',
    proceedings=("12/2026",),
    onward=Onward.NEVER,
    confidential_until=Instant(T0 + DAY),
    retain_until=Instant(T0 + 300 * DAY),
    conditions=("a, b", "c=d\\e"),
)
VALUES = {
    Kind.IPV4: "198.51.100.7",
    Kind.IPV6: "2001:db8::1",
    Kind.DOMAIN: "evil.example",
    Kind.URL: "http://evil.example/a'b\\c?d=1",
    Kind.EMAIL: "+thief@evil.example",
    Kind.FILE: "a" * 63 + "1",
    Kind.MUTEX: "Global\\m",
    Kind.REGISTRY_KEY: "HKEY_CURRENT_USER\\Software\\x",
    Kind.USER_ACCOUNT: "tox:AB",
    Kind.PHONE: "+41446681800",
    Kind.BANK_ACCOUNT: "DE89370400440532013000",
    Kind.WALLET: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    Kind.PAYMENT_ID: "P-1",
    Kind.RANSOM_ID: "N-1",
}


def statement(kind: Kind = Kind.DOMAIN, **changes: Any) -> Indicator:
    made = Indicator(
        id=f"indicator--{named_uuid(f'{kind} {changes}')}",
        kind=kind,
        value=VALUES[kind],
        networks=("bitcoin", "litecoin") if kind is Kind.WALLET else (),
        confidence=60,
        tlp=Tlp.GREEN,
        pap=Pap.AMBER,
        limits=LIMITS,
        created=T0,
        modified=T0,
        author="XAA/contact-point",
        valid_from=T0,
        valid_until=Instant(T0 + DAY),
        labels=("scam",),
        family="Samas",
        note="seen twice",
    )
    return replace(made, **changes)
