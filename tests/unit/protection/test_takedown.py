"""Registers, channels, terms and the steps of a takedown, on values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.clock import HOUR, Instant
from comity.kernel.errors import ComityError, MalformedError
from comity.protection.categories import Subject
from comity.protection.channels import Channel, Target, language_for, read_channels, ways
from comity.protection.hostings import findings, parse_registrar
from comity.protection.registries import read_register, state_at
from comity.protection.takedown import Event, State, Step, Takedown
from comity.protection.terms import read_terms, shipped_terms
from comity.storage.memory.guarding import MemoryGuardStore

AT = Instant(1_793_000_000_000_000)
DELEGATED = b"""2.3|ripencc|1795000000|3|19830705|20261120|+0100
ripencc|*|ipv4|*|2|summary
ripencc|NL|ipv4|193.0.0.0|2048|19930901|allocated|a
ripencc||ipv4|194.0.0.0|256||available|
ripencc|DE|ipv6|2a00::|12|20000101|allocated|b
ripencc|DE|asn|1|1|20000101|allocated|b
"""
TLDS = b"# Version 2026112200, Last Updated Sun Nov 22 07:07:01 2026 UTC\nCOM\nNL\nXN--P1AI\n"
RDAP = b'{"publication":"2026-11-21T00:00:00Z","services":[[["com"],["https://rdap.example/com/"]]],"version":"1.0"}'
REGISTRARS = b"ID,Registrar Name,Status,RDAP Base URL\n292,MarkMonitor Inc.,Accredited,https://x.example/\n"


NO_LAW = b"""{"v":1,"terms":[{"code":"x","party":"","citation":"","hours":1,"for":"notice",
"subjects":["child"],"by":"anyone","from_day":"","standing":"confirmed"}]}"""


def store() -> MemoryGuardStore:
    made = MemoryGuardStore()
    taken = read_register(DELEGATED)
    made.put_ranges(taken.register.name, taken.ranges)
    return made


def channel(code: str, *match: str, **more: object) -> Channel:
    return Channel(
        code=code,
        name=code,
        kind=str(more.get("kind", "platform")),
        match=match,
        how="email",
        address="abuse@x.example",
        languages=("nl", "pt-BR", "fr"),
        subjects=("child", "intimate"),
        source="themselves",
        dated="2026-11-01",
    )


def test_registers_say_to_whom_something_was_given_with_their_day() -> None:
    held = store()
    registers = {
        one.name: one
        for one in (
            read_register(DELEGATED).register,
            read_register(TLDS).register,
            read_register(RDAP).register,
            read_register(REGISTRARS, dated="2026-11-02").register,
        )
    }
    assert {name: one.dated for name, one in registers.items()} == {
        "ripencc": "2026-11-20",
        "tlds": "2026-11-22",
        "rdap": "2026-11-21",
        "registrars": "2026-11-02",
    }
    found = findings(held, registers, host="a.com", address="193.0.0.9", registrar="292")
    assert [(one.code, one.party, one.dated, one.sure) for one in found] == [
        ("address-given", "NLD", "2026-11-20", False),
        ("ending-known", "", "2026-11-22", False),
        ("ask", "", "2026-11-21", False),
        ("registrar", "", "2026-11-02", False),
    ]
    codes = [
        findings(held, registers, host=host, address=address, registrar=number)[0].code
        for host, address, number in (
            ("", "194.0.0.1", ""),
            ("", "10.0.0.1", ""),
            ("a.zz", "", ""),
            ("a.nl", "", ""),
            ("", "", "9"),
        )
    ]
    assert codes == ["address-none", "address-private", "ending-unknown", "ending-state", "registrar-unknown"]
    bare = findings(held, {}, host="a.nl", address="193.0.0.9", registrar="")
    assert [one.code for one in bare] == ["address-no-register", "ending-no-register"]
    assert state_at(held, "2a00:1::1") == "DEU" and state_at(held, "8.8.8.8") == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "register.form"),
        (b"\xff\xfe", "register.form"),
        (b"2|nobody|1|1|1|20261120|0\nnobody|NL|ipv4|1.0.0.0|1|1|allocated|x", "register.form"),
        (DELEGATED.replace(b"193.0.0.0", b"999.0.0.0"), "register.row"),
        (DELEGATED.replace(b"|2048|", b"|99999999999|"), "register.row"),
        (DELEGATED.replace(b"2a00::|12", b"2a00::|129"), "register.row"),
        (REGISTRARS, "register.dated"),
        (b'{"services": 1}', "register.form"),
    ],
)
def test_what_is_no_register_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read_register(data)
    assert caught.value.code == code


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=40).map(lambda cut: DELEGATED[:-40] + cut)))
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for read in (read_register, read_channels, read_terms):
        try:
            read(data)
        except ComityError as fault:
            assert fault.code.startswith(("register.", "takedown."))


def test_the_nearest_channel_comes_first_and_a_state_is_uncertain() -> None:
    target = Target(
        host="img.a.example",
        address="193.0.0.9",
        registrar="292",
        service="Chatter",
        states=("NLD",),
        subject="child",
    )
    held = [
        channel("state", "state:NLD", kind="hotline"),
        channel("registrar", "registrar:292", kind="registrar"),
        channel("wide", "net:193.0.0.0/16"),
        channel("near", "net:193.0.0.0/24"),
        channel("host", "host:example"),
        channel("closer", "host:a.example"),
        channel("service", "service:chatter"),
        channel("other", "host:b.example", "host:xa.example", "net:2a00::/12"),
    ]
    found = ways(target, held)
    assert [one.channel.code for one in found] == [
        "service",
        "closer",
        "host",
        "near",
        "wide",
        "registrar",
        "state",
    ]
    assert [one.sure for one in found] == [True] * 6 + [False]
    assert language_for(held[0], ("en", "fr")) == "fr" and language_for(held[0], ("en",)) == "en"
    for match in ("host:", "net:1.2.3.4/99", "state:XX", "other:x"):
        with pytest.raises(MalformedError):
            channel("bad", match)


def test_a_term_names_its_law_or_is_refused_and_what_is_proposed_starts_nothing() -> None:
    shipped = {one.code: one for one in shipped_terms()}
    assert shipped["us-take-it-down"].due(AT) == AT + 48 * HOUR
    assert shipped["eu-dsa-notice"].due(AT) is None
    assert not shipped["gb-48"].starts(AT)
    assert shipped["us-take-it-down"].starts(AT) and not shipped["us-take-it-down"].starts(
        Instant(AT - 24 * 365 * HOUR)
    )
    assert all(one.standing in ("reported", "recalled", "proposed") for one in shipped.values())
    for wrong in (b'{"v":1}', NO_LAW):
        with pytest.raises(MalformedError) as caught:
            read_terms(wrong)
        assert caught.value.code == "takedown.term"


GONE = ((Step.NOTICE, ""), (Step.REMOVED, ""))


def held(*steps: tuple[Step, str]) -> Takedown:
    one = Takedown(number=1, subject=Subject.INTIMATE, url="https://a.example/", opened=AT, by="x")
    for at, (step, reason) in enumerate(steps):
        one = one.after(Event(step=step, at=Instant(AT + at * HOUR), by="x", reason=reason))
    return one


def test_state_is_the_fold_of_what_happened() -> None:
    one = held((Step.NOTICE, ""), (Step.REFUSED, "not-found"), (Step.APPEAL, ""), (Step.REMOVED, ""))
    assert (one.state, one.until_removed()) == (State.REMOVED, 3 * HOUR)
    assert held(*GONE, (Step.WRONG, "evidence"), (Step.RESTORED, "")).state is State.RESTORED
    assert held(*GONE, (Step.WRONG, "consent"), (Step.UPHELD, "")).state is State.REMOVED
    assert held(*GONE, (Step.AGAIN, ""), (Step.NOTICE, "")).state is State.NOTIFIED
    assert len(held((Step.NOTICE, ""), (Step.NOTICE, ""), (Step.TOLD, "")).clocks()) == 2
    assert held((Step.NOTICE, ""), (Step.REMOVED, "")).clocks() == ()


@pytest.mark.parametrize(
    ("before", "step", "reason", "code"),
    [
        ((), Step.REFUSED, "not-found", "takedown.step"),
        ((), Step.AGAIN, "", "takedown.step"),
        (((Step.NOTICE, ""),), Step.RESTORED, "", "takedown.step"),
        (((Step.NOTICE, ""),), Step.REFUSED, "", "takedown.reason"),
        (((Step.NOTICE, ""),), Step.REFUSED, "other", "takedown.reason"),
        (((Step.NOTICE, ""), (Step.REMOVED, "")), Step.WRONG, "not-found", "takedown.reason"),
    ],
)
def test_what_does_not_follow_is_refused(before, step, reason, code) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ComityError) as caught:
        held(*before, (step, reason))
    assert caught.value.code == code


def test_a_registrar_is_a_number() -> None:
    assert parse_registrar("00292") == "292" and parse_registrar("") == ""
    with pytest.raises(MalformedError):
        parse_registrar("MarkMonitor")
