"""Marks are read strictly: an unknown one is never a weaker one."""

import pytest

from comity.indicators.marks import (
    STIX_MARKS,
    UNMARKED,
    Pap,
    Tlp,
    pap_of_tag,
    parse_pap,
    parse_tlp,
    strictest,
    tlp_of_stix,
    tlp_of_tag,
)
from comity.kernel.errors import MalformedError


@pytest.mark.parametrize(
    ("tag", "mark"),
    [
        ("tlp:white", Tlp.CLEAR),
        ("TLP:CLEAR", Tlp.CLEAR),
        ("tlp:amber+strict", Tlp.AMBER_STRICT),
        ('tlp="red"', Tlp.RED),
        ("tlp:ex:chr", Tlp.RED),
        ("tlp:purple", Tlp.RED),
        ("tlp:amber ; draft", Tlp.RED),
        ("type:OSINT", None),
        ("PAP:RED", None),
    ],
)
def test_tags(tag: str, mark: Tlp | None) -> None:
    assert tlp_of_tag(tag) is mark


def test_words_and_references() -> None:
    assert parse_tlp(" TLP:AMBER+STRICT ") is Tlp.AMBER_STRICT
    assert parse_pap("PAP:GREEN") is Pap.GREEN
    assert pap_of_tag("PAP:AMBER") is Pap.AMBER
    assert pap_of_tag("PAP:odd") is Pap.RED
    assert pap_of_tag("tlp:red") is None
    assert strictest([Tlp.GREEN, Tlp.RED]) is Tlp.RED
    assert strictest([]) is UNMARKED
    assert tlp_of_stix([*STIX_MARKS.values(), "marking-definition--x"]) == list(Tlp)
    for bad in ("", "purple", "tlp:"):
        with pytest.raises(MalformedError):
            parse_tlp(bad)
        with pytest.raises(MalformedError):
            parse_pap(bad)
