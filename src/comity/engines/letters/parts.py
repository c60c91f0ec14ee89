"""The files that travel inside a letter: the form for machines, and the enclosures byte for byte."""

from dataclasses import dataclass

from comity.requests.letters import Letter

FORM_NAME = "form.json"
_MIME = {
    "pdf": "application/pdf",
    "json": "application/json",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "p7m": "application/pkcs7-mime",
    "asice": "application/vnd.etsi.asic-e+zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file inside a letter.

    Attributes:
        path: Its name inside, unique.
        name: What it is called outside.
        mime: Its media type.
        relationship: ``source`` for the form, ``supplement`` for an enclosure.
        data: Its bytes.
    """

    path: str
    name: str
    mime: str
    relationship: str
    data: bytes


def parts_of(letter: Letter) -> tuple[Part, ...]:
    """Return the files inside a letter; without the form where the style leaves fields out."""
    form = Part(path=FORM_NAME, name=FORM_NAME, mime=_MIME["json"], relationship="source", data=letter.form)
    enclosed = tuple(
        Part(
            path=f"enclosure-{number}{_suffix(one.name)}",
            name=one.name,
            mime=_MIME.get(_suffix(one.name)[1:], "application/octet-stream"),
            relationship="supplement",
            data=one.data,
        )
        for number, one in enumerate(letter.enclosures, start=1)
    )
    return ((form,) if letter.carries_form else ()) + enclosed


def _suffix(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return f".{ending}" if ending in _MIME else ""
