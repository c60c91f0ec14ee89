"""Thousands of damaged court files: each is found, at its place, and both verifiers say the same of it.

``make test`` takes a seeded cut; ``make mutations`` (and ``make faults``) takes every one.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from comity.cases.verdicts import trust_file
from tests.court.authority import ODD, authority, certificates, judge_of
from tests.court.mutations import OPEN, OUTSIDER, SEALER, Mutation, corpus
from tests.court.sample import judge, put_right, verifier

WHOLE = bool(os.environ.get("COMITY_MUTATIONS"))
SLICES = 16
CUT = 300
SPEC = Path(__file__).parents[2] / "docs" / "spec" / "court-file.md"


def run(mutations: Iterable[Mutation]) -> Counter[str]:
    """Judge each mutation by both verifiers; return how many of each row were found by nobody."""
    good, missed = trust_file(corpus().sample.roots), Counter[str]()
    for one in mutations:
        try:
            report = judge(one.make(), good)
        except AssertionError as exc:
            raise AssertionError(f"the verifiers disagree: {one.name}") from exc
        assert report.exit_code == 7 or one.open, f"nobody finds: {one.name}"
        if report.fault is None:
            missed[one.open] += 1
        else:
            where = f"{report.fault.step} {report.fault.path}: {report.fault.reason}"
            assert report.fault.path in one.at, f"{one.name} is laid at {where}"
    return missed


def test_a_cut_of_all_damages_is_found_and_located_by_both_verifiers():
    every = list(corpus().all())
    assert len(every) > 10_000
    assert {one.by for one in every} == {OUTSIDER, SEALER}
    assert judge(corpus().data, trust_file(corpus().sample.roots)).exit_code == 0
    run(random.Random(5).sample(every, CUT))


@pytest.mark.skipif(not WHOLE, reason="the whole corpus is run by make mutations")
@pytest.mark.parametrize("part", range(SLICES))
def test_every_damage_is_found_and_located_by_both_verifiers(part: int):
    run(one for number, one in enumerate(corpus().all()) if number % SLICES == part)


def test_what_a_sealer_may_change_unseen_is_what_the_specification_names_and_no_more():
    told = SPEC.read_text(encoding="utf-8")
    assert not [name for name in OPEN if f"* {name}" not in told]
    first: dict[str, list[Mutation]] = {name: [] for name in OPEN}
    for one in corpus().all():
        if one.open and len(first[one.open]) < 3:
            first[one.open].append(one)
    missed = run(one for found in first.values() for one in found)
    assert not [name for name in OPEN if not missed[name]], "these are found: the list is too long"


def a_stamp() -> tuple[str, bytes, bytes]:
    """Return the path of a time stamp of the corpus, its bytes, and what it is over."""
    name = next(path for path in corpus().members if path.startswith("data/stamps/"))
    return name, corpus().members[name], bytes.fromhex(name[12:76])


def by_both(token: bytes, digest: bytes, *, whose: str = "A") -> bool:
    """Return what a token is worth: one verifier asks openssl what signed it, the other a library."""
    module, ours = verifier(), judge_of(whose)(token, digest)
    try:
        at = module.stamped_at(token, digest.hex())
        theirs = module.is_stamp(certificates(whose), token, digest.hex(), at)
    except module.Bad:
        theirs = False
    assert ours == theirs, (ours, theirs)
    return ours


def flipped(bits: Iterable[int]) -> None:
    """Flip each of these bits of a time stamp: it is worth nothing any more, to both verifiers."""
    _, whole, digest = a_stamp()
    for bit in bits:
        token = bytearray(whole)
        token[bit // 8] ^= 1 << bit % 8
        assert not by_both(bytes(token), digest), f"nobody finds bit {bit % 8} of byte {bit // 8}"


def test_no_bit_of_a_time_stamp_can_be_changed_unseen_by_who_trusts_its_authority():
    _, whole, digest = a_stamp()
    assert by_both(whole, digest)
    flipped(random.Random(5).sample(range(len(whole) * 8), 60))


@pytest.mark.skipif(not WHOLE, reason="every bit is flipped by make mutations")
@pytest.mark.parametrize("part", range(SLICES))
def test_every_bit_of_a_time_stamp_counts(part: int):
    flipped(range(part, len(a_stamp()[1]) * 8, SLICES))


@pytest.mark.parametrize("odd", ODD)
def test_what_form_a_time_stamp_may_have_is_the_same_to_both(odd: str):
    token = authority("A").stamp(bytes(32), 10**15 * 18 // 10, odd=odd)
    assert by_both(token, bytes(32), whose="A chain") == ODD[odd]
    assert by_both(token, bytes(32)) == (ODD[odd] and odd != "no certificate")


def test_a_time_stamp_that_was_changed_proves_nothing_to_who_trusts_its_authority():
    one, sample = corpus(), corpus().sample
    name, whole, digest = a_stamp()
    trust = trust_file(sample.roots)
    assert all(stamp.holds for stamp in judge(one.data, trust, stamps_of="A").stamps)
    assert not any(stamp.holds for stamp in judge(one.data, trust, stamps_of="B").stamps)
    assert not any(stamp.holds for stamp in judge(one.data, trust).stamps)
    refused = authority("A").stamp(digest, 10**15, status="rejection")
    for wrong in (b"", refused, authority("A").stamp(bytes(32), 10**15), b"\x30\x80" + whole):
        data = put_right({**one.members, name: wrong}, signer=one.sealer)
        report = judge(data, trust, stamps_of="A")
        assert report.fault is not None and report.fault.path == name
