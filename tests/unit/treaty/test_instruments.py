import pytest

from comity.kernel.errors import MalformedError
from comity.treaty.instruments import instrument, instruments, parse_basis


def test_only_the_convention_is_held_with_its_rules() -> None:
    assert [one.code for one in instruments() if one.complete] == ["uncc"]
    assert {"budapest", "untoc", "bilateral", "reciprocity"} <= {one.code for one in instruments()}


@pytest.mark.parametrize(
    ("text", "parsed"), [("42(3)(a)", ("uncc", "42(3)(a)")), ("budapest:29(2)", ("budapest", "29(2)"))]
)
def test_a_basis_names_instrument_and_place(text: str, parsed: tuple[str, str]) -> None:
    assert parse_basis(text) == parsed


@pytest.mark.parametrize("text", ["uncc:42(3)", "nowhere:1", "budapest:", "42.3", ":42"])
def test_what_is_no_basis_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_basis(text)


def test_an_unknown_instrument_is_refused_with_the_known_ones() -> None:
    with pytest.raises(MalformedError) as caught:
        instrument("handshake")
    assert "uncc" in caught.value.hint
