"""A letter as DOCX or ODT, to be edited: the parts of the package are templates, the packing is ours.

The languages of every run, the direction of every paragraph and the side on which tables begin are marked,
and the same letter gives the same bytes. The form lies inside both packages.
"""

import base64
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from comity.engines.letters.parts import parts_of

if TYPE_CHECKING:
    from comity.requests.letters import Letter
    from comity.wording.letters import WrittenLetter

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP entry can tell
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODT = "application/vnd.oasis.opendocument.text"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def docx_of(letter: "Letter", written: "WrittenLetter", *, on: date) -> bytes:
    """Return a letter as DOCX, with the form as a custom XML part. Basis: ISO/IEC 29500-1"""
    scene = _scene(written)
    parts = [
        ("[Content_Types].xml", _content_types()),
        ("_rels/.rels", _relations(_DOCX_ROOT)),
        ("docProps/core.xml", _core(letter.author, written, on)),
        ("word/document.xml", _made("document.xml", scene)),
        ("word/styles.xml", _made("docx_styles.xml", scene)),
        ("word/header1.xml", _made("docx_header.xml", scene)),
        ("word/footer1.xml", _made("docx_footer.xml", scene)),
        ("word/_rels/document.xml.rels", _relations(_DOCX_WORD)),
        ("customXml/item1.xml", _form_xml(letter)),
    ]
    return _packed((name, text.encode("utf-8")) for name, text in parts)


def report_docx(written: "WrittenLetter", *, author: str, on: date) -> bytes:
    """Return a document in words as DOCX, set like a letter, without a form inside. Basis: ISO/IEC 29500-1"""
    scene = _scene(written)
    parts = [
        ("[Content_Types].xml", _content_types()),
        ("_rels/.rels", _relations(_DOCX_ROOT[:2])),
        ("docProps/core.xml", _core(author, written, on)),
        ("word/document.xml", _made("document.xml", scene)),
        ("word/styles.xml", _made("docx_styles.xml", scene)),
        ("word/header1.xml", _made("docx_header.xml", scene)),
        ("word/footer1.xml", _made("docx_footer.xml", scene)),
        ("word/_rels/document.xml.rels", _relations(_DOCX_WORD)),
    ]
    return _packed((name, text.encode("utf-8")) for name, text in parts)


def odt_of(letter: "Letter", written: "WrittenLetter", *, on: date) -> bytes:
    """Return a letter as ODT, with the form and the enclosures inside it. Basis: ISO/IEC 26300-3"""
    scene = _scene(written)
    inside = [(one.path, one.mime, one.data) for one in parts_of(letter)]
    files = [
        ("content.xml", "text/xml", _made("content.xml", scene).encode("utf-8")),
        ("styles.xml", "text/xml", _made("odt_styles.xml", scene).encode("utf-8")),
        ("meta.xml", "text/xml", _meta(letter, written, on).encode("utf-8")),
        *inside,
    ]
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{mime}"/>'
        for name, mime, _ in (("/", _ODT, b""), *files)
    )
    manifest = (
        f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.3">{entries}</manifest:manifest>'
    )
    return _packed(
        (
            ("mimetype", _ODT.encode("ascii")),
            *((name, data) for name, _, data in files),
            ("META-INF/manifest.xml", manifest.encode("utf-8")),
        )
    )


def _scene(written: "WrittenLetter") -> Mapping[str, object]:
    lead = written.title[0]
    tongues = {
        words.language
        for section in written.sections
        for row in section.rows
        for words in (*row.names, *(w for value in row.values for w in value), *(t.words for t in row.texts))
    }
    known = sorted(tag for tag in {*tongues, *written.languages} if tag)
    return {"letter": written, "rtl": lead.rtl, "lead": lead.language, "tongues": known}


def _packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("comity.engines.letters", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    made.filters["lines"] = lambda text: fit(text).split("\n")
    return made


def fit(text: str) -> str:
    """Return a text with what XML cannot hold replaced by U+FFFD."""
    return _UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _made(name: str, scene: Mapping[str, object]) -> str:
    return _environment().get_template(name).render(scene)


_DOCX_ROOT = (
    ("rId1", f"{_RELATIONS}/officeDocument", "word/document.xml"),
    ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    ("rId3", f"{_RELATIONS}/customXml", "customXml/item1.xml"),
)
_DOCX_WORD = (
    ("rId1", f"{_RELATIONS}/styles", "styles.xml"),
    ("rId2", f"{_RELATIONS}/header", "header1.xml"),
    ("rId3", f"{_RELATIONS}/footer", "footer1.xml"),
)
_DOCX_TYPES = (
    ("/word/document.xml", f"{_WORD}.document.main+xml"),
    ("/word/styles.xml", f"{_WORD}.styles+xml"),
    ("/word/header1.xml", f"{_WORD}.header+xml"),
    ("/word/footer1.xml", f"{_WORD}.footer+xml"),
    ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
)


def _relations(rows: tuple[tuple[str, str, str], ...]) -> str:
    body = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in rows
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'


def _content_types() -> str:
    body = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in _DOCX_TYPES)
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{body}</Types>'
    )


def _form_xml(letter: "Letter") -> str:
    form = base64.b64encode(letter.form).decode("ascii") if letter.carries_form else ""
    return f'{_HEAD}<form xmlns="urn:comity:letter:form" sha256="{letter.digest}">{form}</form>'


def _core(author: str, written: "WrittenLetter", on: date) -> str:
    return (
        _environment()
        .from_string(_CORE)
        .render(
            title=fit(written.name),
            author=fit(author),
            language=written.languages[0],
            day=on.isoformat(),
        )
    )


def _meta(letter: "Letter", written: "WrittenLetter", on: date) -> str:
    return (
        _environment()
        .from_string(_META)
        .render(
            title=fit(written.name),
            author=fit(letter.author),
            language=written.languages[0],
            day=on.isoformat(),
        )
    )


_CORE = (
    _HEAD
    + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{{ title }}</dc:title>'
    "<dc:creator>{{ author }}</dc:creator><dc:language>{{ language }}</dc:language>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{{ day }}T00:00:00Z</dcterms:created></cp:coreProperties>'
)
_META = (
    _HEAD + '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'office:version="1.3"><office:meta><dc:title>{{ title }}</dc:title>'
    "<meta:initial-creator>{{ author }}</meta:initial-creator><dc:language>{{ language }}</dc:language>"
    "<meta:creation-date>{{ day }}T00:00:00</meta:creation-date></office:meta></office:document-meta>"
)
