import pytest

from comity.kernel.errors import ConflictError, NotFoundError
from comity.requests.forms import form_of
from comity.requests.kinds import all_kinds, require_kind
from comity.requests.letterstyles import (
    FURTHER,
    LetterStyle,
    StyleSection,
    all_styles,
    require_style,
    styles_for,
)


def test_the_plain_style_fits_every_kind() -> None:
    assert all("plain" in {style.code for style in styles_for(kind)} for kind in all_kinds())


@pytest.mark.parametrize(
    ("kind", "styles"),
    [
        ("preservation", {"plain", "tcy-29-30", "order"}),
        ("traffic-disclosure", {"plain", "unodc", "tcy-29-30", "order"}),
        ("stored-data", {"plain", "unodc", "tcy-31", "order"}),
        ("statements", {"plain", "unodc"}),
        ("extradition", {"plain"}),
    ],
)
def test_a_kind_has_the_styles_that_practice_knows_for_it(kind: str, styles: set[str]) -> None:
    assert {style.code for style in styles_for(require_kind(kind))} == styles


def test_a_style_that_does_not_fit_is_told_with_those_that_do() -> None:
    with pytest.raises(ConflictError) as told:
        require_style("tcy-31", require_kind("preservation"))
    assert told.value.code == "letter.style_kind"
    assert told.value.hint == "the styles for it are plain, tcy-29-30, order"
    with pytest.raises(NotFoundError) as unknown:
        require_style("ornate", require_kind("preservation"))
    assert unknown.value.code == "letter.style"
    assert "unodc" in unknown.value.hint


def test_every_field_of_every_kind_has_its_section_in_every_style_that_shows_all() -> None:
    for kind in all_kinds():
        for style in styles_for(kind):
            if not style.only:
                assert FURTHER not in {style.section_of(one.name, one.group) for one in form_of(kind)}, (
                    kind.code,
                    style.code,
                )


def test_a_style_names_only_fields_and_kinds_that_exist() -> None:
    for style in all_styles():
        assert set(style.kinds) <= {kind.code for kind in all_kinds()}
        known = {one.name for kind in all_kinds() if style.fits(kind) for one in form_of(kind)}
        named = {name for section in style.sections for name in section.fields}
        named |= {pointer.split("/")[1] for pointer in style.only}
        assert named <= known, style.code


def test_an_order_shows_what_it_names_and_what_lies_below_it() -> None:
    order = next(style for style in all_styles() if style.code == "order")
    assert order.shows("/items/3/period/from")
    assert order.shows("/items/0/account")
    assert not order.shows("/items/0/grounds_to_believe")
    assert not order.shows("/facts")
    assert not order.shows("/confidentiality/reason")


def test_a_style_with_a_field_in_two_sections_is_refused() -> None:
    twice = StyleSection(code="facts", fields=("facts",), groups=())
    with pytest.raises(ValueError, match="two sections"):
        LetterStyle(
            code="x", kinds=(), traits=(), every_kind=True, only=(), blanks=(), sections=(twice, twice)
        )
