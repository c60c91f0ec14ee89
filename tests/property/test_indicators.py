"""Marks and limits survive every form, red leaves by none, and no message makes intake fail."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.engines.intake.worker import take_apart
from comity.evidence.limits import Limits, Onward
from comity.indicators import csvwire, mispevents, mispwire, stixwire
from comity.indicators.kinds import Kind
from comity.indicators.marks import Pap, Tlp
from comity.indicators.ports import Wanted
from comity.indicators.statements import Indicator
from comity.kernel.clock import Instant
from comity.node.indicators import add_statements
from comity.node.sharing import SharingDesk
from tests.unit.engines.intake.test_messages import MAIL, NOTE
from tests.unit.indicators.making import T0, statement
from tests.unit.node.nodes import pair

NODE = pair()[0]
WANTED = Wanted(every=True)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip())
)
TEXTS = st.lists(TEXT, min_size=1, max_size=3).map(tuple)
LIMITS = st.builds(
    Limits,
    basis=TEXTS,
    purpose=TEXT,
    proceedings=TEXTS,
    onward=st.sampled_from(Onward),
    retain_until=st.integers(T0, T0 * 2).map(Instant),
    conditions=TEXTS,
)
STATEMENTS = st.builds(
    statement,
    st.sampled_from(Kind),
    tlp=st.sampled_from(Tlp),
    pap=st.none() | st.sampled_from(Pap),
    limits=st.none() | LIMITS,
    confidence=st.integers(0, 100),
    author=st.sampled_from(["XAA/contact-point", "CERT"]),
)


@settings(max_examples=50, deadline=None)
@given(STATEMENTS)
def test_every_form_gives_back_the_same_statement(found: Indicator) -> None:
    bundle = stixwire.dump_bundle([stixwire.object_of(found)])
    stix = [
        made
        for one in stixwire.read_bundle(bundle)
        for made in stixwire.indicators_of(one, author="me", at=T0)
    ]
    (event,) = mispevents.events_of([found], name="n", info="i", org="o", at=T0)
    misp = mispwire.indicators_of(
        mispwire.read_event(json.loads(json.dumps(event)), at=T0), author="me", at=T0
    )
    table = csvwire.read_csv(csvwire.dump_csv([found]), author="me", at=T0)
    assert [replace(one, original=b"") for one in stix] == list(misp) == list(table) == [found]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(STATEMENTS, min_size=1, max_size=6, unique_by=lambda one: one.id),
    st.sampled_from(["stix", "misp", "csv"]),
)
def test_what_is_red_or_bound_leaves_by_no_export(found: list[Indicator], form: str) -> None:
    side = NODE
    with side.place.store.transaction() as tx:
        for row in tx.sharing.shared(side.desk, "statements", WANTED):
            tx.sharing.drop_shared(side.desk, "statements", row.object_id)
        add_statements(tx, side.desk, found, at=side.place.clock.now())
    made = SharingDesk(place=side.place).export(side.officer(), form=form)
    free = [
        one
        for one in found
        if one.tlp is not Tlp.RED
        and (
            one.author == side.desk
            or (one.tlp < Tlp.AMBER_STRICT and (one.limits is None or one.limits.onward is Onward.ALLOWED))
        )
    ]
    assert (made.count, made.kept_back) == (len(free), len(found) - len(free))
    held = {one.id.partition("--")[2] for one in found if one not in free}
    assert not [name for name in held if name.encode() in made.data]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([MAIL, NOTE.encode(), b"From x\n" + MAIL, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + MAIL]),
    st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 40), st.binary(max_size=30)), max_size=6),
)
def test_no_message_makes_intake_fail(data: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for at, size, put in cuts:
        data = data[:at] + put + data[at + size :]
    take_apart("f", data, lambda _found: None)
