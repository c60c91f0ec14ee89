"""T in a court file: the earliest independent proof: receipt, line of the other side, or time stamp."""

from __future__ import annotations

import dataclasses

import pytest

from comity.cases.verdicts import trust_file
from comity.kernel.clock import DAY, HOUR
from comity.kernel.digests import sha256
from comity.ledger.checkpoint import Checkpoint, sign_checkpoint
from tests.builders import T0, request_body
from tests.court.authority import authority
from tests.court.sample import Sample, judge, revoke, rich_case

SINCE = T0 + 2 * DAY


def case(*, proof: str, at: int = T0) -> tuple[Sample, str]:
    """Return a case whose one act is signed by a key that was revoked later, and one proof of its time."""
    sample = Sample()
    sample.thread.at = at
    ask = sample.act("a", "data.request", request_body("44(1)"), receipt=proof == "receipt")
    (logged,) = sample.leaves[ask.act.id]
    log, sample.thread.at = sample.logs["a"], at
    sample.leaves[ask.act.id] = (sample.logged("a", logged.leaf, 0),)
    if proof != "line":
        head = Checkpoint(origin=log.origin, size=log.edge.size, root=log.edge.root)
        note = sign_checkpoint(head, signer=sample.nations["a"].log_key).encode()
        sample.leaves[ask.act.id] = (dataclasses.replace(logged, checkpoint=note),)
    if proof == "stamp":
        digest = sha256(logged.checkpoint.partition(b"\n\n")[0] + b"\n")
        sample.stamps[digest.hex()] = authority("A").stamp(digest, at + HOUR)
    revoke(sample.nations["a"], sample.nations["a"].side.act_key.public, since=SINCE)
    # The other side seals, so that the seal does not hang on the key that was revoked.
    sample.sealing = "b"
    return sample, ask.act.id


def exit_of(sample: Sample, stamps_of: str = "") -> int:
    report = judge(sample.court_file(), trust_file(sample.roots), stamps_of=stamps_of)
    assert bool(report.suspects) == bool(report.exit_code)
    return report.exit_code


@pytest.mark.parametrize("proof", ["receipt", "line", "stamp"])
def test_each_proof_alone_shows_that_an_act_was_signed_before_its_key_was_revoked(proof: str):
    assert exit_of(case(proof=proof)[0], "A") == 0
    assert exit_of(case(proof=proof, at=SINCE)[0], "A") == 7


def test_without_a_proof_a_key_that_was_ever_revoked_makes_an_act_suspect():
    assert exit_of(case(proof="")[0], "A") == 7


def test_a_time_stamp_proves_a_time_only_to_who_trusts_its_authority():
    sample, _ = case(proof="stamp")
    assert (exit_of(sample, "A"), exit_of(sample, "B"), exit_of(sample)) == (0, 7, 7)


def test_the_author_does_not_prove_the_time_of_an_act_of_its_own():
    sample = Sample()
    ask = sample.act("a", "data.request", request_body("44(1)"), receipt=False)
    leaf, index = sample.logs["b"].append("act.received", sample.thread.acts[0].digest)
    # The log of the addressee, under whose head the author set its line.
    sample.leaves[ask.act.id] = (sample.logged("b", leaf, index),)
    revoke(sample.nations["a"], sample.nations["a"].side.act_key.public, since=SINCE)
    sample.sealing = "b"
    assert exit_of(sample) == 7


def test_a_time_in_whole_seconds_counts_from_its_end():
    sample, _ = case(proof="line", at=SINCE - 1)
    assert exit_of(sample) == 0, "the second before ends just before"
    sample, _ = case(proof="line", at=SINCE)
    assert exit_of(sample) == 7


def test_a_key_that_was_revoked_later_leaves_custody_and_decisions_as_they_are():
    for since, expected in ((SINCE, 0), (T0 - DAY, 7)):
        sample = rich_case()
        side = sample.nations["b"].side
        revoke(sample.nations["b"], side.act_key.public, side.officers["c.laurent"][1].public, since=since)
        report = judge(sample.court_file(), trust_file(sample.roots))
        assert report.exit_code == expected
        doubtful = {path.partition("/")[2].partition("/")[0] for path, _ in report.suspects}
        assert {"custody", "release.json", "acts"} <= doubtful or not expected
