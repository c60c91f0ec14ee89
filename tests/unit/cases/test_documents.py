"""Documents of national law as parts of acts: which files, in which acts, how large."""

import pytest

from comity.cases.approvals import persons_needed
from comity.cases.documents import MOST_DOCUMENT, document_media, document_part
from comity.cases.drafts import require_declared
from comity.cases.kinds import KINDS, OFFER, REQUEST_KINDS, WITH_DOCUMENT
from comity.kernel.errors import MalformedError

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"II*\x00....", "image/tiff"),
        (b"MM\x00*....", "image/tiff"),
    ],
)
def test_a_document_is_what_its_first_bytes_tell(data: bytes, media: str) -> None:
    assert document_media(data) == media
    part = document_part(data)
    assert (part.name, part.media, part.data) == ("document", media, data)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<html>", b" %PDF-1.7", b"MZ"])
def test_what_is_no_document_is_told(data: bytes) -> None:
    with pytest.raises(MalformedError) as told:
        document_part(data)
    assert told.value.code == "document.kind"


def test_a_document_has_a_largest_size() -> None:
    assert document_part(PDF.ljust(MOST_DOCUMENT, b" ")).data
    with pytest.raises(MalformedError) as told:
        document_part(PDF.ljust(MOST_DOCUMENT + 1, b" "))
    assert told.value.code == "document.size"


def test_no_document_goes_out_with_what_one_person_sends_except_a_request() -> None:
    for kind in WITH_DOCUMENT - REQUEST_KINDS:
        assert persons_needed(kind) == 2, kind
    assert OFFER not in WITH_DOCUMENT
    for kind in KINDS:
        if kind in WITH_DOCUMENT:
            require_declared(kind, [document_part(PDF)])
        else:
            with pytest.raises(MalformedError) as told:
                require_declared(kind, [document_part(PDF)])
            assert told.value.code == "draft.part"
