"""Whatever bytes an exhibit is, it is told as rows: no crash, each byte read counted once, order kept."""

from __future__ import annotations

import warnings

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.evidence.examination import Bounds, Found, Mark, Member, dump_row, parse_row
from tests.unit.engines.examining.making import IBAN, packed, tarred, walked, zipped

SEEDS = (
    zipped({"a": b"x" * 300, "b.zip": zipped({"c": IBAN.encode()})}),
    tarred({"a": b"1" * 100, "ü": b"2"}, links={"l": "../x"}, device="d"),
    packed(tarred({"x": b"mail a@example.org"})),
    b"From: a@example.org\nTo: b@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--",
    b"From a Tue\nFrom: a@example.org\nTo: b\n\nx\n\nFrom b Wed\nTo: c@example.org\nSubject: y\n\nz",
    b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n",
)
CUTS = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 60), st.binary(max_size=40)), min_size=1, max_size=6
)
SMALL = Bounds(content=4 << 20, members=300, entries=100, depth=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.sampled_from(SEEDS), cuts=CUTS)
def test_damaged_containers_are_told_and_never_crash(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    data = bytearray(seed)
    for at, gone, new in cuts:
        place = at % (len(data) + 1)
        data[place : place + gone] = new
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries warn of what becomes a remark
        rows = walked(bytes(data), bounds=SMALL)
    members = [row for row in rows if isinstance(row, Member)]
    assert members[0].size == len(data)
    assert [member.number for member in members] == list(range(1, len(members) + 1))
    assert all(member.parent < member.number for member in members)
    assert isinstance(rows[-1], Mark) and rows[-1].whole
    sizes = {member.number: member.size for member in members}
    for row in rows:
        assert parse_row(dump_row(row)) == row
        if isinstance(row, Found):
            assert row.offset + row.length <= sizes[row.number]
