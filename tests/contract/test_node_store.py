"""What every store of settings and journal does."""

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId, OfficerName
from comity.node.ports import ReadEntry, Transaction

DESK, COURT = AuthorityId("XAA/contact-point"), AuthorityId("XAA/court")


def entry(at: int, authority: AuthorityId = DESK) -> ReadEntry:
    return ReadEntry(
        at=Instant(at),
        authority=authority,
        officer=OfficerName("a.diallo"),
        subject="case",
        action="show",
        about="ab" * 32,
        purpose="practice",
        log_index=at,
        nonce=bytes([at % 256] * 32),
        statement=b"{}",
    )


def test_a_setting_is_what_was_put_last(tx: Transaction) -> None:
    assert tx.node.setting("name") is None
    tx.node.put_setting("name", b"one")
    tx.node.put_setting("name", b"\x00two")
    tx.node.put_setting("other", b"")
    assert (tx.node.setting("name"), tx.node.setting("other")) == (b"\x00two", b"")


def test_names_of_settings_are_found_by_their_beginning(tx: Transaction) -> None:
    for name in ("release/b", "release/a", "releases/c", "release", "Release/d", "release/é"):
        tx.node.put_setting(name, b"x")
    assert tx.node.names("release/") == ("release/a", "release/b", "release/é")
    assert tx.node.names("nothing") == ()


def test_the_journal_is_newest_first_and_of_one_authority(tx: Transaction) -> None:
    for at in (5, 3, 9):
        tx.node.put_entry(entry(at))
    tx.node.put_entry(entry(7, COURT))
    assert tx.node.journal(DESK) == (entry(9), entry(3), entry(5))
    assert tx.node.journal(DESK, newest=2) == (entry(9), entry(3))
    assert tx.node.journal(COURT) == (entry(7, COURT),)
    assert tx.node.journal(AuthorityId("XAB/court")) == ()
