import pytest

from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.realms import Realm
from comity.ledger.origins import national_log_origin, parse_origin, peer_log_origin, witness_name

DESK = AuthorityId("XAA/contact-point")
ROOT = Fingerprint("0123456789abcdef" * 4)


def test_an_origin_names_realm_authority_and_peer() -> None:
    assert (
        peer_log_origin(Realm.PRACTICE, authority=DESK, peer_root=ROOT)
        == "comity/practice/XAA/contact-point/peer/0123456789abcdef"
    )
    assert (
        national_log_origin(Realm.LIVE, authority=AuthorityId("KEN/court"))
        == "comity/live/KEN/court/national"
    )
    assert witness_name(Realm.PRACTICE, authority=DESK) == "comity/practice/XAA/contact-point/witness"


def test_a_later_incarnation_has_a_name_of_its_own() -> None:
    again = peer_log_origin(Realm.PRACTICE, authority=DESK, peer_root=ROOT, incarnation=2)
    assert again == "comity/practice/XAA/contact-point/peer/0123456789abcdef/2"
    assert parse_origin(again).incarnation == 2
    assert parse_origin(again.removesuffix("/2")).incarnation == 1


def test_an_origin_reads_back() -> None:
    origin = parse_origin("comity/live/KEN/court/national")
    assert (origin.realm, origin.authority, origin.peer, origin.incarnation) == (
        Realm.LIVE,
        "KEN/court",
        "",
        1,
    )
    assert origin.text == "comity/live/KEN/court/national"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "comity/live/KEN/court",
        "comity/test/KEN/court/national",
        "comity/live/ken/court/national",
        "comity/live/KEN/Court/national",
        "comity/live/KEN/-/national",
        "comity/live/KEN/court/national/1",
        "comity/live/KEN/court/national/01",
        "comity/live/KEN/court/national\n",
        "comity/live/KEN/court/peer/0123456789ABCDEF",
        "comity/live/KEN/court/peer/0123",
        "example.com/log",
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_origin(text)


def test_a_short_fingerprint_makes_no_origin() -> None:
    with pytest.raises(MalformedError):
        peer_log_origin(Realm.LIVE, authority=DESK, peer_root=Fingerprint("0123"))


def test_an_incarnation_below_one_makes_no_origin() -> None:
    assert national_log_origin(Realm.LIVE, authority=DESK, incarnation=1).endswith("national")
    with pytest.raises(MalformedError):
        national_log_origin(Realm.LIVE, authority=DESK, incarnation=0)
