"""Clustering: each rule for itself, what it explains, and what it leaves alone."""

import pytest

from comity.kernel.errors import MalformedError
from comity.tracing.clusters import RULES, Link, Paid, Spending, cluster, explained, joined, looks_like_a_mix
from comity.wording import LANGUAGES
from comity.wording.catalogue import files


def paid(address, value=100_000_000, kind="p2pkh", *, fresh=False):
    return Paid(address=address, value=value, kind=kind, fresh=fresh)


def links(rule, *spendings, **settings):
    return [(one.first, one.second) for one in cluster(spendings, rules=[rule], **settings).links]


TWO = Spending(tx="t", spent=(paid("b"), paid("a"), paid("b")), made=(paid("x", 123), paid("y", 5_000_000)))
MIX = Spending(
    tx="mix",
    spent=tuple(paid(f"in{n}") for n in range(3)),
    made=(*(paid(f"out{n}", 50) for n in range(3)), paid("c0", 7), paid("c1", 8), paid("c2", 9)),
)


def test_inputs_that_were_spent_together():
    assert links("multi-input", TWO) == [("b", "a")]
    assert links("change-fresh", TWO) == []


@pytest.mark.parametrize(
    ("rule", "made", "found"),
    [
        ("change-fresh", (paid("x", fresh=True), paid("y")), [("a", "x")]),
        ("change-fresh", (paid("x", fresh=True), paid("y", fresh=True)), []),
        ("change-fresh", (paid("x", fresh=True),), []),
        ("change-fresh", (paid("x", fresh=True), paid("a")), []),
        ("change-kind", (paid("x"), paid("y", kind="p2wpkh")), [("a", "x")]),
        ("change-kind", (paid("x"), paid("y")), []),
        ("change-round", (paid("x", 123_456), paid("y", 5_000_000)), [("a", "x")]),
        ("change-round", (paid("x", 123_456), paid("y", 654_321)), []),
        ("change-smallest", (paid("x", 99_999_999), paid("y", 101_000_000)), [("a", "x")]),
        ("change-smallest", (paid("script:00", 9), paid("y", 101_000_000)), []),
    ],
)
def test_change(rule, made, found):
    assert links(rule, Spending(tx="t", spent=(paid("b"), paid("a")), made=made)) == found


def test_a_peel_chain_is_told_once_it_is_three_long():
    chain = [
        Spending(tx=f"t{n}", spent=(paid(f"p{n}"),), made=(paid(f"s{n}", 10), paid(f"p{n + 1}", 1000 - n)))
        for n in range(4)
    ]
    assert links("peel-chain", *chain[:2]) == []
    assert links("peel-chain", *chain) == [(f"p{n}", f"p{n + 1}") for n in range(4)]
    assert (
        links("peel-chain", chain[0], chain[1], Spending(tx="x", spent=(paid("p2"),), made=(paid("q"),)))
        == []
    )


def test_what_looks_like_a_mix_is_left_out_and_told():
    assert looks_like_a_mix(MIX)
    found = cluster([MIX, TWO])
    assert found.mixes == ("mix",) and found.clusters == (("a", "b"),)
    kept = cluster([MIX, TWO], keeps_mixes=True)
    assert kept.mixes == () and len(kept.clusters[0]) == 3
    assert kept.digest != found.digest
    payroll = Spending(tx="p", spent=(paid("firm"),), made=tuple(paid(f"w{n}", 50) for n in range(5)))
    assert not looks_like_a_mix(payroll)
    assert not looks_like_a_mix(Spending(tx="e", spent=(), made=()))


def test_links_explain_how_two_addresses_came_together():
    made = [
        Link(rule="multi-input", tx=str(n), first=f"a{n}", second=f"a{n + 1}", because="") for n in range(5)
    ]
    made.append(Link(rule="change-kind", tx="9", first="a0", second="a4", because=""))
    assert [one.tx for one in explained(made, "a0", "a3")] == ["9", "3"]
    assert explained(made, "a0", "b") == ()
    assert joined(made) == (tuple(f"a{n}" for n in range(6)),)


def test_rules_have_names_and_words():
    with pytest.raises(MalformedError, match="no rule"):
        cluster([], rules=["guess"])
    assert cluster([], rules=reversed(RULES)).rules == RULES
    for language in LANGUAGES:
        keys = files(language)["tracing.json"]
        assert all(f"trace.rule.{rule.replace('-', '_')}" in keys for rule in RULES)
