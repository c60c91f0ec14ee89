import os
from pathlib import Path

import pytest

from comity.kernel.clock import SECOND, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, MalformedError, UntrustedError
from comity.kernel.signing import Ed25519Signer
from comity.ledger.checkpoint import (
    Checkpoint,
    cosign,
    cosigned_at,
    log_key,
    open_checkpoint,
    open_with_any,
    parse_checkpoint,
    sign_checkpoint,
    witness_key,
)
from comity.ledger.merkle import EMPTY_ROOT
from comity.ledger.notes import Note, parse_note, parse_verifier_key

ORIGIN = "comity/practice/XAA/contact-point/national"
SIGNER = Ed25519Signer.generate(SeededEntropy("log"))
OTHER = Ed25519Signer.generate(SeededEntropy("other"))
KEY = log_key(ORIGIN, public=SIGNER.public)
HEAD = Checkpoint(origin=ORIGIN, size=5, root=b"r" * 32)
NOTE = sign_checkpoint(HEAD, signer=SIGNER)
AT = Instant(1_790_000_000 * SECOND + 7)
SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3].parent / "shared"))
LOG = SHARED / "data" / "tlog" / "tessera-log"
LOG_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def test_a_signed_checkpoint_opens_under_its_key_only() -> None:
    opened = open_checkpoint(NOTE.encode(), key=KEY)
    assert opened.checkpoint == HEAD
    assert opened.note.encode() == NOTE.encode()
    with pytest.raises(UntrustedError) as caught:
        open_checkpoint(NOTE.encode(), key=log_key(ORIGIN, public=OTHER.public))
    assert caught.value.code == "note.unsigned"
    with pytest.raises(UntrustedError) as caught:
        open_checkpoint(NOTE.encode(), key=log_key(ORIGIN + "/2", public=SIGNER.public))
    assert caught.value.code == "checkpoint.origin"


def test_one_of_several_keys_is_enough_and_none_may_fail() -> None:
    keys = [log_key(ORIGIN, public=OTHER.public), KEY]
    assert open_with_any(NOTE.encode(), keys=keys).checkpoint == HEAD
    with pytest.raises(UntrustedError):
        open_with_any(NOTE.encode(), keys=keys[:1])
    with pytest.raises(UntrustedError):
        open_with_any(NOTE.encode(), keys=[])


def test_text_of_a_checkpoint_reads_back() -> None:
    assert HEAD.text == ORIGIN + "\n5\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n"
    assert parse_checkpoint(HEAD.text) == HEAD
    longer = Checkpoint(origin=ORIGIN, size=5, root=b"r" * 32, extensions=("x y", "z"))
    assert parse_checkpoint(longer.text) == longer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n5\n",
        "o\n5\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=",
        "\n5\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n",
        "o\n05\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n",
        "o\n+5\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n",
        "o\n-1\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n",
        "o\n٥\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n",
        "o\n9007199254740992\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n",
        "o\n0\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n",
        "o\n5\ncnJy\n",
        "o\n5\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJ=\n",
        "o\n5\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n\n",
        "o\n5\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n\nx\n",
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_checkpoint(text)


def test_nonsense_is_refused_at_birth() -> None:
    for bad in ({"origin": ""}, {"origin": "a\nb"}, {"size": -1}, {"root": b"r"}, {"extensions": ("",)}):
        with pytest.raises(MalformedError):
            Checkpoint(**({"origin": ORIGIN, "size": 5, "root": b"r" * 32} | bad))  # type: ignore[arg-type]
    assert Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT).size == 0


def test_a_cosignature_says_when_and_covers_the_text() -> None:
    key = witness_key("comity/practice/XAB/contact-point/witness", public=OTHER.public)
    assert cosigned_at(NOTE, key=key) is None
    line = cosign(NOTE, name=key.name, signer=OTHER, at=AT)
    both = NOTE.with_signature(line)
    assert cosigned_at(both, key=key) == 1_790_000_000 * SECOND
    assert open_checkpoint(both.encode(), key=KEY).checkpoint == HEAD
    moved = Note(text=Checkpoint(origin=ORIGIN, size=6, root=b"r" * 32).text, signatures=(line,))
    with pytest.raises(UntrustedError) as caught:
        cosigned_at(moved, key=key)
    assert caught.value.code == "note.bad_cosignature"


def test_the_first_of_two_cosignatures_counts() -> None:
    key = witness_key("w", public=OTHER.public)
    late = cosign(NOTE, name="w", signer=OTHER, at=Instant(AT + 60 * SECOND))
    early = cosign(NOTE, name="w", signer=OTHER, at=AT)
    assert cosigned_at(NOTE.with_signature(late).with_signature(early), key=key) == 1_790_000_000 * SECOND


def test_a_cosignature_with_its_time_changed_fails() -> None:
    key = witness_key("w", public=OTHER.public)
    data = NOTE.with_signature(cosign(NOTE, name="w", signer=OTHER, at=AT)).encode()
    for at in range(8 * len(data)):
        changed = bytearray(data)
        changed[at // 8] ^= 1 << (at % 8)
        try:
            note = parse_note(bytes(changed))
            found = cosigned_at(note, key=key)
            open_checkpoint(note.encode(), key=KEY)
        except ComityError:
            continue
        assert found is None  # only the name or key hash of the witness was hit: a line by nobody known


def test_only_a_checkpoint_is_cosigned() -> None:
    with pytest.raises(MalformedError):
        cosign(Note(text="hello\n", signatures=NOTE.signatures), name="w", signer=OTHER, at=AT)


def test_checkpoints_of_another_implementation_open() -> None:
    if not LOG.is_dir():
        pytest.skip("COMITY_SHARED names no folder with a log of another implementation")
    key = parse_verifier_key(LOG_KEY)
    for size in range(16):
        found = (LOG / f"checkpoint.{size}").read_bytes()
        assert open_checkpoint(found, key=key).checkpoint.size == size
