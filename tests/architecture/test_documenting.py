"""Docstrings exist, and each ``Basis:`` leads somewhere."""

import pytest

from comity.treaty.convention import exists
from comity.treaty.instruments import instruments
from tests.architecture.documenting import cited, resolves, undocumented, unresolved
from tests.architecture.source import modules, parse, require_clean


def treaty():
    """Return what the package says exists: places of the Convention, and codes of instruments."""
    return exists, frozenset(i.code for i in instruments())


def test_everything_public_is_documented():
    require_clean(line for module in modules() for line in undocumented(module))


def test_every_basis_resolves():
    found, codes = treaty()
    require_clean(line for module in modules() for line in unresolved(module, found, codes))


def test_the_tree_cites_articles_at_all():
    assert any(item[0].isdigit() for module in modules() for _, item in cited(module))


@pytest.mark.parametrize(
    "text",
    [
        "def f(): ...",
        '"""Doc."""\ndef f(): ...',
        '"""Doc."""\nclass A: ...',
        '"""Doc."""\nclass A:\n    """Doc."""\n    def m(self): ...',
    ],
)
def test_missing_docstring_is_found(text):
    assert list(undocumented(parse("comity.made_up", text)))


def test_private_things_need_none():
    private = "def _f(): ...\nclass _A:\n    def m(self): ...\n"
    text = f'"""Doc."""\n{private}class B:\n    """Doc."""\n    def __len__(self): ...'
    assert list(undocumented(parse("comity.made_up", text))) == []


def test_basis_is_read_item_by_item():
    basis = "42(3)(a), 40(15); RFC 9162,\n    section 2.1 and C2SP age v1; Crosby and Wallach, 2009"
    text = f'def f():\n    """Do.\n\n    Basis: {basis}\n    """\n'
    assert [item for _, item in cited(parse("comity.made_up", text))] == [
        "42(3)(a)",
        "40(15)",
        "RFC 9162, section 2.1",
        "C2SP age v1",
        "Crosby and Wallach, 2009",
    ]


@pytest.mark.parametrize(
    "item",
    [
        "42(3)(a)",
        "44",
        "budapest:29(2)",
        "RFC 9162 section 2.1.3.2",
        "C2SP signed-note",
        "FIPS 180-4",
        "ISO 3166-1",
        "PROTOCOL rule 27",
        "PROTOCOL rules 1 to 7",
        "DESIGN invariant 3",
        "BIP-39",
        "Crosby and Wallach 2009",
        "Chalkias et al. 2020",
        "ETSI EN 319 102-1",
        "The Update Framework specification, section 5.3",
    ],
)
def test_basis_resolves(item):
    assert resolves(item, {"42(3)(a)", "44"}.__contains__, frozenset({"budapest"}))


@pytest.mark.parametrize(
    "item",
    [
        "42(99)",
        "70",
        "42.3",
        "nowhere:29",
        "RFC",
        "RFC 12 hours",
        "common sense",
        "PROTOCOL rule 28",
        "PROTOCOL rule 0",
        "DESIGN invariant 13",
        "docs/spec/not-there.md",
        "the treaty",
        "",
        "PROTOCOL rules 7 to 1",
    ],
)
def test_bad_basis_is_found(item):
    assert not resolves(item, {"42(3)(a)", "44"}.__contains__, frozenset({"budapest"}))
    assert list(
        unresolved(
            parse("comity.made_up", f'"""Do. Basis: 44, {item or "-"}"""'), {"44"}.__contains__, frozenset()
        )
    )


def test_the_treaty_tells_real_places_from_made_up_ones():
    exists, codes = treaty()
    assert resolves("42(3)(a)", exists, codes)
    assert not resolves("42(99)", exists, codes)
    assert not resolves("69", exists, codes)
