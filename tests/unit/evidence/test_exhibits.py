"""Original names: kept as bytes, shown safely, refused when they could lead elsewhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.evidence.exhibits import Exhibit, display_text, media_type_of
from comity.evidence.handling import Handling
from tests.packing import LIMITS


def exhibit(name: bytes = b"a.txt", folder: bytes = b"", **changes: object) -> Exhibit:
    given: dict[str, object] = {
        "number": 1,
        "size": 0,
        "sha256": "0" * 64,
        "handling": Handling.ORDINARY,
        "limits": LIMITS,
        **changes,
    }
    return Exhibit(name=name, folder=folder, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [b"", b".", b"..", b"a/b", b"/a", b"a\x00b", b"x" * 5000])
def test_a_name_is_one_plain_component(name: bytes) -> None:
    with pytest.raises(ValueError, match="plain path components"):
        exhibit(name=name)


@pytest.mark.parametrize("folder", [b"/", b"/a", b"a/", b"a//b", b"..", b"a/../b", b".", b"a/\x00"])
def test_a_folder_never_leads_elsewhere(folder: bytes) -> None:
    with pytest.raises(ValueError, match="plain path components"):
        exhibit(folder=folder)


def test_stored_names_are_ours() -> None:
    assert exhibit(name=b"\xff\n%2e.exe", number=42).stored_name == "data/000000042.bin"
    assert exhibit(name=b"b", folder=b"a/c").display_name == "a/c/b"


@pytest.mark.parametrize("change", [{"number": 0}, {"number": 2_000_001}, {"size": -1}])
def test_nonsense_is_refused_at_birth(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="numbered"):
        exhibit(**change)  # type: ignore[arg-type]


def test_shown_names_carry_no_tricks() -> None:
    assert display_text("facture_\u202efdp.exe".encode()) == "facture_\\u{202e}fdp.exe"
    assert display_text(b"a\nb\x1b[31m\xff") == "a\\u{000a}b\\u{001b}[31m\\xff"
    assert display_text("محضر.pdf".encode()) == "محضر.pdf"


@given(st.binary(max_size=60))
def test_any_bytes_can_be_shown(name: bytes) -> None:
    assert not {unicodedata.category(ch) for ch in display_text(name)} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def test_media_types_are_hints() -> None:
    assert media_type_of(b"A.EML") == "message/rfc822"
    assert media_type_of(b"noending") == media_type_of(b"x.\xff\xfe") == "application/octet-stream"
