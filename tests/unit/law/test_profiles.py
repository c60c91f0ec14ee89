"""Profiles: the drafts that ship, what is refused, what is signed, and the gaps that follow."""

import json
from dataclasses import replace
from datetime import date

import pytest

from comity.engines.law.profiles import ProfileFolder
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.packaged import packaged_bytes
from comity.kernel.realms import Realm, payload_type
from comity.kernel.signing import Ed25519Signer, Envelope
from comity.law.elements import asked, known_facts
from comity.law.gaps import Filled, Line, gaps_of
from comity.law.profiles import Coverage, Meeting, Penalty, Profile
from comity.law.profilewire import WHAT, read_profile
from comity.law.shelf import DRAFTS, Profiles, draft_of, profiles_on
from comity.wording.catalogue import files

KEY = Ed25519Signer(bytes(range(32)))
OTHER = Ed25519Signer(bytes(range(1, 33)))


def form(**changes):
    rows = [
        {
            "article": 7,
            "implements": "full",
            "sureness": "high",
            "provisions": [{"instrument": "C", "section": "1", "rank": "primary", "most_months": 36}],
            "elements": {"access": "met"},
        }
    ]
    told = {
        "profile": 1,
        "country": "XAA",
        "language": "en",
        "status": "draft",
        "as_of": "2026-01-01",
        "holds_from": "2020-01-01",
        "instruments": {"C": "Code"},
        "articles": rows,
    }
    return json.dumps({**told, **changes}).encode()


def signed(signer=KEY, *, what=WHAT, on="2026-02-01", **changes):
    said = {"person": "A. Jurist", "office": "counsel", "authority": "Ministry of Justice", "on": on}
    payload = form(**{"status": "confirmed", "confirmed": said, "version": 1, **changes})
    made = Envelope(payload_type=payload_type(what, Realm.PRACTICE), payload=payload)
    return made.signed_by(signer).json


def by_article(profile):
    return {one.asked.article: one for one in gaps_of(profile)}


@pytest.mark.parametrize("country", DRAFTS)
def test_a_draft_ships_that_nobody_signed_and_holds_every_offence(country):
    draft = draft_of(country)
    assert isinstance(draft, Profile)
    assert (draft.country, draft.is_confirmed, draft.confirmation) == (country, False, None)
    assert set(range(7, 18)) <= set(draft.rows)
    for number in range(7, 18):
        row = draft.rows[number]
        assert row.most.is_known or not row.provisions, number
        assert set(row.elements) == {one.name for one in asked()[number].elements}
    size = len(packaged_bytes("comity.law", f"data/profiles/{country}.json"))
    assert size < 16_000


def test_the_drafts_say_where_penalties_stand_and_what_is_not_known():
    germany, kenya, states = (
        by_article(draft_of("DEU")),
        by_article(draft_of("KEN")),
        by_article(draft_of("USA")),
    )
    assert [germany[n].penalty for n in (7, 10, 13)] == [Line.BELOW, Line.AGGRAVATED, Line.REACHED]
    assert states[15].penalty is Line.REACHED
    assert kenya[15].filled is Filled.UNKNOWN
    assert germany[11].filled is Filled.PARTLY
    assert germany[7].filled is Filled.COVERED
    assert germany[7].elements[0].allowed == ("security_measure",)
    assert germany[33].filled is Filled.UNKNOWN
    assert germany[30].safeguards["review"] is Filled.COVERED
    assert states[25].safeguards["review"] is Filled.MISSING
    assert germany[18].penalty is None
    assert {one.section for one in draft_of("KEN").excess} >= {"22", "23"}


def test_a_narrowing_beyond_what_is_left_open_is_a_gap_and_an_allowed_one_is_none():
    draft = draft_of("FRA")
    for facts, filled in ((("serious_harm",), Filled.COVERED), (("dishonest",), Filled.PARTLY)):
        told = Meeting(coverage=Coverage.NARROWED, only_if=facts)
        row = replace(draft.rows[9], elements={**draft.rows[9].elements, "interference": told})
        assert by_article(replace(draft, rows={9: row}))[9].filled is filled


def test_without_a_profile_everything_is_unknown():
    assert {one.filled for one in gaps_of(None)} == {Filled.UNKNOWN}


@pytest.mark.parametrize(
    "changes",
    [
        {"profile": 2},
        {"surprise": 1},
        {"status": "confirmed"},
        {"holds_from": "2026-02-01"},
        {"instruments": {}},
        {"articles": [{"article": 7}]},
        {"articles": [json.loads(form())["articles"][0]] * 2},
        {"articles": [{**json.loads(form())["articles"][0], "article": 5}]},
        {"articles": [{**json.loads(form())["articles"][0], "provisions": []}]},
        {"articles": [{**json.loads(form())["articles"][0], "elements": {"magic": "met"}}]},
        {
            "articles": [
                {
                    **json.loads(form())["articles"][0],
                    "elements": {"access": {"coverage": "met", "only_if": ["full moon"]}},
                }
            ]
        },
    ],
)
def test_a_wrong_profile_is_refused(changes):
    with pytest.raises(MalformedError) as caught:
        read_profile(form(**changes), where="p.json")
    assert (caught.value.code, caught.value.where) == ("law.profile", "p.json")


def test_a_penalty_is_months_or_life():
    assert Penalty(months=48).is_serious
    assert not Penalty(months=47).is_serious
    assert Penalty(is_life=True).is_serious
    assert not Penalty().is_known
    with pytest.raises(ValueError, match="months"):
        Penalty(months=5, is_life=True)


def test_a_confirmed_profile_is_kept_under_its_key_and_stands_before_a_draft(tmp_path):
    folder = ProfileFolder(tmp_path / "law")
    assert profiles_on(folder) == Profiles(confirmed={})
    taken = folder.take(signed(country="KEN"), public=KEY.public, where="x")
    assert taken.confirmation.person == "A. Jurist"
    found = profiles_on(folder)
    assert found.of("KEN").is_confirmed
    assert found.of("KEN").signed_by == taken.signed_by != ""
    assert not found.of("DEU").is_confirmed
    assert found.of("XAB") is None
    assert [one.country for one in found.all()] == list(DRAFTS)
    folder.take(signed(country="KEN", on="2026-03-01"), public=KEY.public, where="x")
    assert profiles_on(folder).of("KEN").confirmation.on == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (signed(OTHER), UntrustedError),
        (signed().replace(b'"sig":"', b'"sig":"A'), MalformedError),
        (signed(what="act"), MalformedError),
        (signed(status="draft", confirmed=None, version=0), MalformedError),
        (form(), MalformedError),
    ],
)
def test_what_the_key_did_not_sign_or_is_no_confirmed_profile_is_not_taken(tmp_path, data, error):
    with pytest.raises(error):
        ProfileFolder(tmp_path).take(data, public=KEY.public, where="x")
    assert list(ProfileFolder(tmp_path).confirmed()) == []


def test_a_kept_profile_that_was_changed_is_refused_when_it_is_read(tmp_path):
    folder = ProfileFolder(tmp_path)
    folder.take(signed(), public=KEY.public, where="x")
    path = tmp_path / "profiles" / "XAA.json"
    path.write_text(path.read_text().replace(KEY.public.hex(), OTHER.public.hex()))
    with pytest.raises(UntrustedError) as caught:
        list(folder.confirmed())
    assert caught.value.code == "law.profile_unsigned"
    path.write_text("{")
    with pytest.raises(MalformedError):
        list(folder.confirmed())


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_element_and_every_word_of_conduct_has_a_label(language):
    labels = files(language)["profiles.json"]
    names = {f"law.element.{one.name}" for article in asked().values() for one in article.elements}
    assert {*names, *(f"law.fact.{fact}" for fact in known_facts())} - set(labels) == set()
