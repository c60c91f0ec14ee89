import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from comity.requests.kinds import all_kinds
from comity.treaty import convention
from comity.treaty.instruments import instruments
from comity.treaty.library import Bond, ChannelKind, InstrumentPack, find_pack, library
from comity.treaty.openings import Coverage, Opening
from comity.treaty.overlay import Overlay
from comity.treaty.packs import PACKS, DualCriminality, OffenceClass, practice_pack
from comity.treaty.parties import is_known
from comity.treaty.standing import EventKind, in_force_since

DATA = Path(__file__).parents[3] / "src/comity/treaty/data/packs"
KINDS = {kind.code for kind in all_kinds()}
SETS = {kind.grounds for kind in all_kinds()}


def pack(code: str) -> InstrumentPack:
    found = find_pack(code)
    assert found is not None
    return found


def test_every_pack_names_an_instrument_of_the_forms_and_no_two_are_equally_strong() -> None:
    assert {one.instrument for one in library()} == set(PACKS)
    assert {one.instrument for one in library()} <= {one.code for one in instruments()}
    assert len({one.strength for one in library()}) == len(library())


@pytest.mark.parametrize("code", PACKS)
def test_a_pack_opens_known_kinds_once_and_its_events_are_of_known_parties(code: str) -> None:
    one = pack(code)
    opened = [kind for opening in one.openings for kind in opening.kinds]
    assert len(opened) == len(set(opened))
    assert set(opened) <= KINDS
    assert all(is_known(event.party) for event in one.events)
    assert all(set(ground.sets) <= SETS for ground in one.grounds)
    assert len({ground.code for ground in one.grounds}) == len(one.grounds)
    assert {kind for channel in one.channels for kind in channel.kinds} <= KINDS


@pytest.mark.parametrize("code", [code for code in PACKS if code not in ("uncc",)])
def test_what_may_be_refused_has_a_ground(code: str) -> None:
    one = pack(code)
    opened = {kind for opening in one.openings for kind in opening.kinds}
    for kind in all_kinds():
        if kind.code in opened:
            sets = [g for g in one.grounds if kind.grounds in g.sets and g.effect == "refuse"]
            assert sets, kind.code


@pytest.mark.parametrize("code", [code for code in PACKS if pack(code).bond is not Bond.EVENTS])
def test_what_has_no_text_of_its_own_claims_no_article(code: str) -> None:
    assert all(not place for opening in pack(code).openings for _, place in opening.places())


def test_the_convention_opens_what_the_practice_pack_opens() -> None:
    one, built_in = pack("uncc"), practice_pack()
    assert {kind for opening in one.openings for kind in opening.kinds} == set(built_in.mechanisms) == KINDS
    for kind in all_kinds():
        opening = one.opening(kind.code)
        assert opening is not None
        mechanism = built_in.mechanisms[kind.code]
        places = (opening.obligation, opening.procedure, opening.grounds)
        assert places == (kind.mechanism, kind.fields_from, kind.refusal)
        assert all(convention.exists(place) for place in places)
        assert frozenset(opening.classes) == mechanism.classes
        assert opening.dual_criminality is mechanism.dual_criminality
        assert opening.postponable is kind.postponable
    assert one.clocks.clocks() == built_in.clocks


def test_the_convention_is_not_in_force_with_three_of_forty() -> None:
    one = pack("uncc")
    assert one.entry.threshold == 40
    assert {e.party for e in one.events if e.event is EventKind.RATIFICATION} == {"QAT", "AZE", "VNM"}
    assert in_force_since(one.entry, one.events) is None


def test_the_lists_of_budapest_begin_on_first_days_of_months() -> None:
    days = [event.on for event in pack("budapest").events]
    assert all(day.day == 1 for day in days)
    assert min(days) == date(2004, 7, 1) == pack("budapest").entry.since


def test_recalled_data_names_the_source_to_check() -> None:
    assert all(one.source.check for one in library())
    assert {one.source.mark.value for one in library()} == {"recalled"}


def test_preservation_may_not_depend_on_dual_criminality_where_the_treaty_says_so() -> None:
    for code in ("uncc", "budapest"):
        opening = pack(code).opening("preservation")
        assert opening is not None
        assert opening.dual_criminality is DualCriminality.NEVER
        assert not opening.postponable


def test_round_the_clock_contacts_are_for_urgent_mechanisms() -> None:
    channels = {one.channel for one in pack("budapest").channels_of("preservation")}
    assert ChannelKind.CONTACT_POINT in channels
    assert ChannelKind.CONTACT_POINT not in {
        one.channel for one in pack("budapest").channels_of("stored-data")
    }


@pytest.mark.parametrize(
    ("opening", "offence_class", "months", "article", "expected"),
    [
        (Opening(kinds=("search",)), None, None, None, Coverage.YES),
        (Opening(kinds=("search",)), OffenceClass.OTHER, 1, None, Coverage.YES),
        (Opening(kinds=("search",), classes=(OffenceClass.CONVENTION,)), None, None, None, Coverage.UNKNOWN),
        (
            Opening(kinds=("search",), classes=(OffenceClass.CONVENTION,)),
            OffenceClass.SERIOUS,
            60,
            None,
            Coverage.NO,
        ),
        (Opening(kinds=("search",), least_months=48), OffenceClass.CONVENTION, None, 7, Coverage.UNKNOWN),
        (Opening(kinds=("search",), least_months=48), OffenceClass.CONVENTION, 47, 7, Coverage.NO),
        (Opening(kinds=("search",), least_months=48), OffenceClass.CONVENTION, 48, 7, Coverage.YES),
        (Opening(kinds=("search",), least_months=48), OffenceClass.SERIOUS, None, None, Coverage.YES),
        (Opening(kinds=("search",), least_months=60), OffenceClass.SERIOUS, None, None, Coverage.UNKNOWN),
        (Opening(kinds=("search",), articles=(7,)), OffenceClass.CONVENTION, None, 16, Coverage.NO),
        (Opening(kinds=("search",), articles=(7,)), OffenceClass.CONVENTION, None, None, Coverage.UNKNOWN),
        (Opening(kinds=("search",), articles=(7,)), OffenceClass.SERIOUS, None, None, Coverage.YES),
    ],
)
def test_the_class_test(
    opening: Opening,
    offence_class: OffenceClass | None,
    months: int | None,
    article: int | None,
    expected: Coverage,
) -> None:
    assert opening.covers(offence_class, months=months, article=article) is expected


@pytest.mark.parametrize(("name", "type_"), [("pack", InstrumentPack), ("overlay", Overlay)])
def test_the_published_schema_is_the_one_that_is_read(name: str, type_: type) -> None:
    published = json.loads((DATA / f"{name}.schema.json").read_bytes())
    made = json.dumps(msgspec.json.schema(type_)).replace("\\\\A", "^").replace("\\\\Z", "$")
    assert published == {"$schema": published["$schema"], **json.loads(made)}


@pytest.mark.parametrize("code", PACKS)
def test_the_packs_hold_against_the_published_schema(code: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    published = json.loads((DATA / "pack.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(json.loads((DATA / f"{code}.json").read_bytes()), published)


def test_a_name_that_nobody_knows_is_refused() -> None:
    data = json.loads((DATA / "untoc.json").read_bytes())
    data["openings"][0]["dual_criminalty"] = "never"
    with pytest.raises(msgspec.ValidationError, match="dual_criminalty"):
        msgspec.convert(data, InstrumentPack)
