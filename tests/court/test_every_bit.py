"""Every single bit of a small court file flipped in turn: all found.

Step 1 reads member after member and keeps nothing but digests, so a flip inside one member leaves all
others as they were. The quick test uses that: it reads the changed member again and carries on from there,
with the product's own functions. A sample of flips, and in the slow test the whole file, goes through both
verifiers from the first byte to the last.
"""

from __future__ import annotations

import io
import os
import random
from functools import cache

import pytest

from comity.cases.courtdocket import Docket
from comity.cases.courtkeys import check_bag, check_entries, check_roots, check_seal, check_sealer
from comity.cases.courttar import BytesReader, CourtFaultError, Member, read_member, scan
from comity.cases.verdicts import trust_file, verify_court_file
from tests.builders import request_body
from tests.court.sample import Sample, judge, members_of, pack, put_right, verifier


class Flipped:
    """A file with one bit turned, without a copy of it."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)

    @property
    def size(self) -> int:
        return len(self.data)

    def read_at(self, offset: int, count: int) -> bytes:
        return bytes(self.data[offset : offset + count])


@cache
def small() -> tuple[bytes, bytes]:
    """Return a court file of one act, with a short README and verifier, and its trust file."""
    sample = Sample()
    sample.act("a", "preservation.request", request_body(), parts={"form": b"{}"})
    members = members_of(sample.court_file())
    members["README.txt"], members["verify.py"] = b"read me\n", b"# nothing\n"
    return put_right(members, signer=sample.nations["a"].side.act_key), trust_file(sample.roots)


def is_found(docket: Docket, before: Member | None, member: Member | None, count: int) -> bool:
    """Tell whether the product finds what is wrong with one member (None: the end), read again."""
    reader = docket.reader
    offset, last = (before.end, before.path) if before else (0, "")
    try:
        again = read_member(reader, offset, last=last, count=count)
        if member is None or again is None or (again.path, again.end) != (member.path, member.end):
            scan(reader)  # the members behind it would be read at other places
            return False
        docket.members = {**docket.members, again.path: again}
        check_bag(docket)
        check_seal(docket)
        check_sealer(docket)
    except CourtFaultError:
        return True
    return False


def test_every_bit_is_covered_by_the_product():
    data, _ = small()
    whole = Flipped(data)
    members = list(scan(whole).values())
    known = Docket(reader=whole, members={member.path: member for member in members})
    check_seal(known)
    check_roots(known)
    check_entries(known)
    missed, flips = [], 0
    for count, member in enumerate([*members, None]):
        before = members[count - 1] if count else None
        start, stop = (before.end if before else 0), (member.end if member else len(data))
        for place in range(start, stop):
            for bit in range(8):
                whole.data[place] ^= 1 << bit
                docket = Docket(reader=whole, members=known.members, parties=known.parties)
                if not is_found(docket, before, member, count):
                    missed.append((place, bit))
                whole.data[place] ^= 1 << bit
                flips += 1
    assert not missed
    assert flips == 8 * len(data)
    assert bytes(whole.data) == data


def test_sampled_bits_from_end_to_end_in_both():
    data, trust = small()
    assert judge(data, trust).exit_code == 0
    draw = random.Random(20)
    for _ in range(400):
        place, bit = draw.randrange(len(data)), draw.randrange(8)
        changed = bytearray(data)
        changed[place] ^= 1 << bit
        report = judge(bytes(changed), trust)
        assert report.exit_code == 7, (place, bit)
        assert judge(bytes(changed), integrity_only=True).exit_code == 7


@pytest.mark.skipif(not os.environ.get("COMITY_MUTATIONS"), reason="every one is run by make mutations")
def test_every_byte_from_end_to_end_in_verify_py():
    data, trust = small()
    check = verifier().verify
    changed = bytearray(data)
    for place in range(len(data)):
        changed[place] ^= 1 << (place % 8)
        assert check(io.BytesIO(changed), trust)["exit"] == 7, place
        changed[place] ^= 1 << (place % 8)


def test_whole_file_from_reader_that_ends_early():
    data, _ = small()

    class Short:
        size = len(data)

        def read_at(self, offset: int, count: int) -> bytes:
            return data[offset : min(offset + count, 9000)]

    report = verify_court_file(Short())
    assert report.exit_code == 7
    assert report.fault is not None
    assert report.fault.step == 1


def test_file_that_changes_while_it_is_read():
    data, _ = small()

    class Changing(BytesReader):
        reads = 0

        def read_at(self, offset: int, count: int) -> bytes:
            self.reads += 1
            found = super().read_at(offset, count)
            return bytes(len(found)) if self.reads > 400 else found

    reader = Changing(data)
    count = len(scan(BytesReader(data))) * 3
    reader.reads = 400 - count - 1
    report = verify_court_file(reader)
    assert report.exit_code == 7
    assert pack(members_of(data)) == data
