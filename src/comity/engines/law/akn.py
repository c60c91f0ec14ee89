"""Akoma Ntoso 3 (OASIS LegalDocML): acts as their articles or sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.engines.law.trees import Told, bare_label, block_text, child, local, words
from comity.kernel.errors import MalformedError
from comity.law.provisions import Provision

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = frozenset(
    {
        "book",
        "tome",
        "title",
        "part",
        "subpart",
        "chapter",
        "subchapter",
        "division",
        "subdivision",
        "hcontainer",
    }
)
_BLOCKS = frozenset(
    {
        "paragraph",
        "subparagraph",
        "subsection",
        "point",
        "indent",
        "alinea",
        "p",
        "list",
        "item",
        "intro",
        "wrapUp",
    }
)
_OWN = ("num", "heading", "subheading")
_THREE = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "deu": "de",
    "ger": "de",
    "est": "et",
    "por": "pt",
    "ara": "ar",
    "rus": "ru",
    "zho": "zh",
    "chi": "zh",
    "ita": "it",
    "nld": "nl",
    "swa": "sw",
}


def read_akn(root: Any, *, told: Told, name: str) -> Iterator[Provision]:
    """Yield the articles of an act, or its sections where it has no articles.

    Raises:
        MalformedError: ``law.xml``: it holds no act, or does not say its language.
    """
    act = next((one for one in root if local(one) in ("act", "bill", "doc")), None)
    body = child(act, "body", "mainBody") if act is not None else None
    if act is None or body is None:
        raise MalformedError("law.xml", f"{name} holds no act with a body", where=name)
    title = _value(act, "FRBRalias") or words(_first(act, "docTitle")) or words(_first(act, "shortTitle"))
    language = told.language or _language(act, name)
    instrument = (
        told.instrument or _value(act, "FRBRnumber") or _value(act, "FRBRname") or bare_label(title)[:60]
    )
    unit = "article" if _first(body, "article") is not None else "section"

    def walk(element: Any, path: tuple[str, ...]) -> Iterator[Provision]:
        for part in element:
            kind = local(part)
            if kind == unit:
                yield _provision(part, path)
            elif kind:
                yield from walk(
                    part,
                    (*path, heading)
                    if kind in _LEVELS | {"section"} and (heading := _heading(part))
                    else path,
                )

    def _provision(part: Any, path: tuple[str, ...]) -> Provision:
        label = bare_label(words(child(part, "num"))) or part.get("eId") or part.get("id") or "?"
        return Provision(
            country=told.country,
            language=language,
            instrument=instrument,
            section=label,
            title=title,
            path=path,
            heading=words(child(part, "heading")),
            text=block_text(part, skip=_OWN, blocks=_BLOCKS),
            source=_value(act, "FRBRuri"),
        )

    yield from walk(body, ())


def _heading(element: Any) -> str:
    return " ".join(part for part in (words(child(element, one)) for one in _OWN) if part)


def _first(element: Any, wanted: str) -> Any | None:
    return next((one for one in element.iter() if local(one) == wanted), None)


def _value(act: Any, wanted: str) -> str:
    found = _first(act, wanted)
    return (
        ""
        if found is None
        else (found.get("value") or "").strip().replace("/", "∕" if wanted != "FRBRuri" else "/")
    )


def _language(act: Any, name: str) -> str:
    found = _first(act, "FRBRlanguage")
    tag = (found.get("language") if found is not None else "") or ""
    if not tag:
        raise MalformedError(
            "law.xml", f"{name} does not say its language", hint="name it with --language", where=name
        )
    return _THREE.get(tag, tag)
