"""Writing court files: refused contents, exhibits that change, the plan's promises."""

import dataclasses
import io
from collections.abc import Iterator

import pytest

from comity.cases.courtcontents import BagFile, CourtDelivery, WithheldItem
from comity.cases.courtfile import plan_court_file
from comity.cases.courttar import BytesReader, scan
from comity.cases.verdicts import Trust, parse_trust, trust_file, verify_court_file
from comity.exchange.words import twelve_words
from comity.kernel.clock import HOUR, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError, NotFoundError, UntrustedError
from comity.kernel.ids import Fingerprint
from comity.kernel.packaged import packaged_bytes
from tests.builders import T0
from tests.court.sample import Sample, members_of, whole_case

SEALED = Instant(T0 + HOUR)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return whole_case()


def planned(sample, **changes):
    contents = dataclasses.replace(sample.contents(), **changes)
    return plan_court_file(contents, signer=sample.nations["a"].side.act_key, at=SEALED)


def test_plan_keeps_its_word_about_size_and_digest(sample):
    plan, out = sample.plan(), io.BytesIO()
    digest = plan.write(out)
    assert len(out.getvalue()) == plan.size
    assert digest == sha256(out.getvalue()).hex()
    assert [file.name for file in plan.files] == list(scan(BytesReader(out.getvalue())))


def test_same_contents_same_bytes(sample):
    assert sample.court_file() == sample.court_file()


def test_verifier_and_labels_travel_along(sample):
    members = members_of(sample.court_file())
    assert members["verify.py"] == packaged_bytes("comity.cases", "data/verify.py")
    assert members["README.txt"].startswith(b"PRACTICE")
    assert b"PRACTICE" in members["bag-info.txt"]


def test_exhibit_that_changed_is_found_while_writing(sample):
    contents = sample.contents()
    delivery = contents.deliveries[0]

    def other() -> Iterator[bytes]:
        yield b"x" * size

    for wrong in (519, 520, 521):
        size = wrong
        files = tuple(
            dataclasses.replace(file, chunks=other) if file.name.endswith("1.bin") else file
            for file in delivery.files
        )
        plan = planned(sample, deliveries=(CourtDelivery(act_id=delivery.act_id, files=files),))
        with pytest.raises(UntrustedError, match="changed"):
            plan.write(io.BytesIO())


def test_large_exhibit_streams_in_pieces(sample):
    piece, count = bytes(1 << 20), 9000
    state = sha256(piece)
    file = BagFile(
        name="data/000000003.bin", size=count << 20, sha256=state.hex(), chunks=lambda: iter([piece] * count)
    )
    delivery = sample.contents().deliveries[0]
    plan = planned(sample, deliveries=(CourtDelivery(act_id=delivery.act_id, files=(*delivery.files, file)),))
    assert plan.size > count << 20
    longest = max(len(chunk) for chunk, _ in zip(plan.chunks(), range(200), strict=False))
    assert longest <= 1 << 20


def test_parts_are_disclosed_or_withheld_and_nothing_else(sample):
    contents = sample.contents()
    bare = dataclasses.replace(contents.acts[0], parts=())
    with pytest.raises(MalformedError, match="disclosed or withheld"):
        planned(sample, acts=(bare, *contents.acts[1:]))
    both = WithheldItem(
        act_id=contents.acts[0].signed.act.id, part="form", ground="x", decided_by="x", at=Instant(T0)
    )
    with pytest.raises(MalformedError, match="disclosed or withheld"):
        planned(sample, withheld=(both,))
    with pytest.raises(MalformedError, match="disclosed or withheld"):
        planned(sample, deliveries=())


def test_act_without_a_published_key_is_refused(sample):
    with pytest.raises(NotFoundError, match="published key"):
        planned(sample, parties=sample.contents().parties[1:])


def test_name_that_no_court_file_holds_is_refused(sample):
    delivery = sample.contents().deliveries[0]
    files = (*delivery.files, dataclasses.replace(delivery.files[0], name="../../x"))
    with pytest.raises(MalformedError, match="holds no"):
        planned(sample, deliveries=(CourtDelivery(act_id=delivery.act_id, files=files),))


def verdict_with(sample, trust):
    return verify_court_file(BytesReader(sample.court_file()), trust=trust)


def test_trust_by_fingerprints_words_and_pins(sample):
    a, b = sample.roots
    assert verdict_with(sample, parse_trust(f"{a}, {b.upper()}")).good
    assert not verdict_with(sample, parse_trust(a)).good
    assert verdict_with(sample, parse_trust(b, own=a)).good
    words = " ".join(twelve_words(Fingerprint(a), Fingerprint(b)))
    assert verdict_with(sample, parse_trust(words, own=a)).good
    assert verdict_with(sample, parse_trust(words.upper(), own=b)).good
    assert not verdict_with(sample, parse_trust(words, own="1" * 64)).good
    assert verdict_with(sample, Trust(roots=frozenset(sample.roots))).good
    assert not verdict_with(sample, Trust()).good


def test_words_need_a_node_and_must_be_words():
    with pytest.raises(MalformedError, match="together with the reader's own"):
        parse_trust("abandon " * 12)
    with pytest.raises(MalformedError, match="not in the list"):
        parse_trust("these are no words of the list at all but twelve", own="1" * 64)
    with pytest.raises(MalformedError, match="64"):
        trust_file(["x"])
