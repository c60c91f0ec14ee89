"""What every store of the law desk does: reviews in order, profiles by version, nothing replaced."""

import pytest

from comity.kernel.errors import ConflictError
from comity.law.ports import ReviewRecord, StatedRecord
from comity.node.ports import Store, Transaction


def review(number: int, country: str = "XAA", article: int = 7) -> ReviewRecord:
    return ReviewRecord(number=number, country=country, article=article, line=b"%d" % number)


def stated(version: int, root: str = "a") -> StatedRecord:
    return StatedRecord(root=root, version=version, statement=b"%d" % version, taken_at=version)


def test_reviews_are_kept_in_order_and_found_by_state_and_article(tx: Transaction) -> None:
    law = tx.law
    assert law.review_count() == 0
    for one in (review(1), review(2, "XAB"), review(3, article=9)):
        law.add_review(one)
    assert law.review_count() == 3
    assert law.reviews("XAA") == (review(1), review(3, article=9))
    assert law.reviews("XAA", article=9) == (review(3, article=9),)
    assert law.reviews("XAC") == ()
    assert law.reviewed_countries() == ("XAA", "XAB")
    assert law.review(2) == review(2, "XAB")
    assert law.review(0) is law.review(4) is None
    for number in (3, 5):
        with pytest.raises(ConflictError) as caught:
            law.add_review(review(number))
        assert caught.value.code == "law.review_number"


def test_versions_of_a_profile_are_kept_and_never_replaced(tx: Transaction) -> None:
    law = tx.law
    for one in (stated(2), stated(1), stated(1, "b")):
        law.add_stated(one)
    assert law.stated("a") == (stated(1), stated(2))
    assert law.stated("c") == ()
    assert law.newest_stated("a") == stated(2)
    assert law.newest_stated("c") is None
    with pytest.raises(ConflictError) as caught:
        law.add_stated(stated(2))
    assert caught.value.code == "law.profile_version"


def test_a_snapshot_adds_nothing(node_store: Store) -> None:
    with node_store.snapshot() as tx:
        for write in (lambda: tx.law.add_review(review(1)), lambda: tx.law.add_stated(stated(1))):
            with pytest.raises(ValueError, match="for reading"):
                write()
