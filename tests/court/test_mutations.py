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
from tests.court.authority import authority, certificates, judge_of
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


def test_a_time_stamp_that_was_changed_proves_nothing_to_who_trusts_its_authority():
    """One verifier asks openssl what signed a token, the other a library; they agree on every change."""
    one, sample = corpus(), corpus().sample
    name = next(path for path in one.members if path.startswith("data/stamps/"))
    whole, digest = one.members[name], bytes.fromhex(name[12:76])
    module, holds = verifier(), judge_of("A")
    for step in range(0, len(whole), 3 if WHOLE else 40):
        token = whole[:step] + bytes([whole[step] ^ 1]) + whole[step + 1 :]
        try:
            at = module.stamped_at(token, digest.hex())
        except module.Bad:
            continue
        ours, theirs = holds(token, digest), module.is_stamp(certificates("A"), token, digest.hex(), at)
        assert ours == theirs, step
    trust = trust_file(sample.roots)
    assert all(stamp.holds for stamp in judge(one.data, trust, stamps_of="A").stamps)
    assert not any(stamp.holds for stamp in judge(one.data, trust, stamps_of="B").stamps)
    assert not any(stamp.holds for stamp in judge(one.data, trust).stamps)
    refused = authority("A").stamp(digest, 10**15, status="rejection")
    for wrong in (b"", refused, authority("A").stamp(bytes(32), 10**15), b"\x30\x80" + whole):
        data = put_right({**one.members, name: wrong}, signer=one.sealer)
        report = judge(data, trust, stamps_of="A")
        assert report.fault is not None and report.fault.path == name
