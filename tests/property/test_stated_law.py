"""Nothing is stated for which nobody answers; no signed word is changed; the last review stands."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.errors import ComityError
from comity.kernel.realms import Realm, payload_type
from comity.kernel.signing import Ed25519Signer, Envelope
from comity.law.compiling import rows_of
from comity.law.conduct import Conduct
from comity.law.dual import Answer, compare
from comity.law.elements import OFFENCES, asked, words
from comity.law.profiles import Confirmation, Coverage, Implements, Meeting, Profile, Sayer, Status
from comity.law.profilewire import WHAT, profile_bytes, read_confirmed, read_profile
from comity.law.reviews import Review, Reviewed, Verdict, standing
from comity.law.reviewwire import read_review, review_bytes
from comity.law.shelf import DRAFTS, Profiles, Rows, draft_of

ON = date(2026, 11, 22)
KEY = Ed25519Signer(bytes(range(32)))
SAID = Confirmation(person="h.osei", office="head", authority="DEU/justice", on=ON, at=1)
STATED = replace(draft_of("DEU"), status=Status.CONFIRMED, confirmation=SAID, version=1)
SIGNED = Envelope(payload_type=payload_type(WHAT, Realm.PRACTICE), payload=profile_bytes(STATED)).signed_by(
    KEY
)

articles = st.sampled_from(list(OFFENCES))
states = st.sampled_from(DRAFTS)
conducts = st.builds(
    lambda acts, objects, more, right, age: Conduct(
        there=frozenset((*acts, *objects, *more)), without_right=right, victim_age=age
    ),
    st.lists(st.sampled_from(words()["act"]), min_size=1, max_size=3),
    st.lists(st.sampled_from(words()["object"]), max_size=4),
    st.lists(st.sampled_from((*words()["intent"], *words()["means"], *words()["result"])), max_size=5),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, 9, 15, 40]),
)


def confirmed(profile: Profile) -> Profile:
    return replace(profile, status=Status.CONFIRMED, confirmation=SAID, version=1)


@given(
    first=states,
    second=states,
    by=st.one_of(articles, conducts),
    spoken=st.sampled_from(["", "a", "b", "ab"]),
)
def test_only_what_somebody_answers_for_is_stated_to_be_met(first, second, by, spoken):
    if first == second:
        return
    one, other = (
        confirmed(draft_of(code)) if name in spoken else draft_of(code)
        for code, name in ((first, "a"), (second, "b"))
    )
    told = {"article": by} if isinstance(by, int) else {"conduct": by}
    found = compare((first, one), (second, other), on=ON, **told)
    assert found.stated_answer is not Answer.MET or spoken == "ab"
    for country, name in ((first, "a"), (second, "b")):
        assert found.stated[country].answer is Answer.UNCLEAR or name in spoken
    if spoken == "ab":
        assert found.stated_answer is found.answer
    assert (found.stated_class is not None) == (found.stated_answer is Answer.MET)


@given(country=states, article=articles)
def test_a_row_that_a_named_officer_answers_for_is_stated_and_no_other(country, article):
    row = replace(draft_of(country).rows[article], said=Sayer(person="h.osei", office="officer", on=ON))
    known = Profiles(confirmed={}, reviewed={country: Rows(rows={article: row}, instruments={})})
    other = "EST" if country != "EST" else "FRA"
    for number in OFFENCES:
        found = compare((country, known.of(country)), (other, known.of(other)), on=ON, article=number)
        assert found.stated_answer is not Answer.MET
        if number != article:
            assert found.stated[country].answer is Answer.UNCLEAR


@given(place=st.integers(0, len(SIGNED.payload) - 1), bit=st.integers(0, 7))
def test_a_changed_bit_of_a_signed_profile_is_refused(place, bit):
    changed = bytearray(SIGNED.payload)
    changed[place] ^= 1 << bit
    with pytest.raises(ComityError):
        read_confirmed(replace(SIGNED, payload=bytes(changed)).json, public=KEY.public)


@given(country=states)
def test_a_profile_is_read_back_as_it_was(country):
    one = confirmed(draft_of(country))
    assert read_profile(profile_bytes(one)) == one


seen = st.builds(
    lambda section: Reviewed(reference=f"XAA/C/{section}", title="Code", language="en", sha256="a" * 64),
    st.sampled_from("123"),
)


@st.composite
def review(draw, number: int) -> Review:
    article = draw(st.sampled_from([7, 10]))
    element = draw(st.sampled_from(["", *(one.name for one in asked()[article].elements)]))
    verdict = draw(st.sampled_from(list(Verdict)))
    met, narrowed = Meeting(coverage=Coverage.MET), Meeting(coverage=Coverage.NARROWED, only_if=("gain",))
    meeting = None if verdict is Verdict.REFUSED else draw(st.sampled_from([met, narrowed]))
    return Review(
        number=number,
        at=number,
        authority=draw(st.sampled_from(["XAA/a", "XAA/b"])),
        officer="h.osei",
        role="officer",
        country="XAA",
        article=article,
        element=element,
        verdict=verdict,
        found=draw(seen),
        meeting=meeting,
        reason="read",
        language="en",
    )


@st.composite
def reviews(draw):
    return [draw(review(number)) for number in range(1, draw(st.integers(1, 8)) + 1)]


@given(said=reviews(), order=st.randoms())
def test_the_last_review_of_a_matter_stands_in_whatever_order_they_are_read(said, order):
    mixed = list(said)
    order.shuffle(mixed)
    assert standing(mixed) == standing(said)
    assert rows_of(mixed) == rows_of(said)
    last = {one.subject: one for one in said}
    assert set(standing(said)) == set(last.values())
    for number, row in rows_of(said).items():
        assert row.said is not None
        if row.implements in (Implements.FULL, Implements.PARTIAL):
            assert row.provisions
        spoken = {one.element for one in standing(said) if one.article == number and one.meeting}
        assert set(row.elements) <= spoken
    assert [read_review(review_bytes(one)) for one in said] == said
