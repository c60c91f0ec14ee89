"""Archive headers: one way to write them, read by stock tools and by a reader that rebuilds them."""

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.evidence import frames
from comity.kernel.errors import MalformedError

CASES = [
    ("data/000000001.bin", 0),
    ("data/000000001.bin", 8**11 - 1),
    ("data/000000001.bin", 8**11),
    ("data/000000001.bin", 2**45),
    ("n" * 100, 5),
    ("n" * 101, 5),
    ("dossier/Prüfung 3.txt", 1),
    ("é" * 200, 8**11),
]


@pytest.mark.parametrize(("name", "size"), CASES)
def test_the_standard_library_reads_it(name: str, size: int) -> None:
    frame = frames.entry_frame(name, size)
    member = tarfile.TarFile(fileobj=io.BytesIO(frame + frames.END)).next()
    assert member is not None
    assert (member.name, member.size, member.isreg()) == (name, size, True)
    assert (member.mode, member.uid, member.gid, member.mtime) == (0o644, 0, 0, 0)


@pytest.mark.parametrize(("name", "size"), CASES)
def test_what_is_written_is_read(name: str, size: int) -> None:
    frame = frames.entry_frame(name, size)
    assert frames.frame_length(frame[:512]) == len(frame)
    assert frames.parse_frame(frame) == (name, size)


@pytest.mark.parametrize(("name", "size"), [CASES[0], CASES[2], CASES[5]])
def test_every_flipped_bit_is_refused_or_names_another_entry(name: str, size: int) -> None:
    frame = frames.entry_frame(name, size)
    for bit in range(len(frame) * 8):
        bad = bytearray(frame)
        bad[bit // 8] ^= 1 << bit % 8
        try:
            read = frames.parse_frame(bytes(bad))
        except MalformedError:
            continue
        # Only the value of a pax record has no checksum: then it is the frame of another entry.
        assert len(frame) > frames.BLOCK
        assert read != (name, size)
        assert frames.entry_frame(*read) == bytes(bad)


@given(
    st.text(min_size=1, max_size=300).filter(
        lambda t: "\x00" not in t and t == t.encode("utf-8", "replace").decode()
    )
)
def test_any_name_comes_back(name: str) -> None:
    assert frames.parse_frame(frames.entry_frame(name, 7)) == (name, 7)


@given(st.binary(min_size=512, max_size=512))
def test_noise_is_malformed(block: bytes) -> None:
    with pytest.raises(MalformedError):
        frames.parse_frame(block[: frames.frame_length(block)])


def test_padding_fills_blocks() -> None:
    assert [len(frames.padding(size)) for size in (0, 1, 511, 512, 513)] == [0, 511, 1, 0, 511]


def test_a_giant_pax_record_is_refused_at_once() -> None:
    head = bytearray(frames.entry_frame("n" * 101, 1)[:512])
    head[124:135] = b"00007777777"
    with pytest.raises(MalformedError, match="too large"):
        frames.frame_length(bytes(head))
