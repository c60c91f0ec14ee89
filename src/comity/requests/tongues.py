"""Is the request, and every free text in it, in a language that the requested Party takes?"""

from collections.abc import Iterator
from typing import Any

from comity.kernel.findings import Finding
from comity.kernel.ids import PartyCode
from comity.requests.codes import found
from comity.requests.forms import LANGUAGE_BASIS, Field, form_of
from comity.requests.matter import Matter, is_urgent, parties_of
from comity.requests.reading import is_blank


def check_languages(matter: Matter) -> Iterator[Finding]:
    """Yield every text that the requested Party could not take as it stands.

    A translation into an accepted language heals a free text. What the office addressed publishes goes
    before the pack. Without both, or where the operator's data names no language, nothing is known.

    Basis: 40(13)
    """
    requested = parties_of(matter.reading)[1]
    accepted = _accepted(matter, requested)
    if not accepted or requested is None:
        return
    names = ", ".join(accepted)
    language = matter.reading.get("/language")
    if language is not None and not _accepts(accepted, language):
        yield found(
            "language.not_accepted",
            basis=LANGUAGE_BASIS,
            field="/language",
            language=language,
            accepted=names,
            requested=requested,
        )
    for pointer, text in _free_texts(form_of(matter.kind), dict(matter.reading.content), ""):
        if matter.reading.sound(pointer) and not any(_accepts(accepted, tongue) for tongue in _tongues(text)):
            yield found(
                "language.text_not_accepted",
                basis=LANGUAGE_BASIS,
                field=pointer,
                language=text["language"],
                accepted=names,
                requested=requested,
            )


def _accepted(matter: Matter, requested: PartyCode | None) -> tuple[str, ...]:
    """Return the languages that are taken: by the office, also when it is urgent, else by the pack."""
    page = matter.published.requested
    office = page.office(matter.published.addressee) if page is not None else None
    if office is not None and office.service is not None and office.service.languages:
        urgent = office.service.urgent
        more = urgent.languages if urgent is not None and is_urgent(matter.reading) else ()
        return tuple(dict.fromkeys(one.partition("-")[0] for one in (*office.service.languages, *more)))
    if matter.pack is None or requested is None:
        return ()
    return matter.pack.languages_of(requested)


def check_translations(matter: Matter) -> Iterator[Finding]:
    """Yield every translation that a machine made and no person confirmed; urgent, it may follow.

    Basis: 40(13)
    """
    for pointer, text in _free_texts(form_of(matter.kind), dict(matter.reading.content), ""):
        translation = text.get("translation")
        place = f"{pointer}/translation"
        if (
            isinstance(translation, dict)
            and translation.get("machine") is True
            and translation.get("certified") is not True
            and matter.reading.sound(place)
        ):
            if matter.reading.get("/urgency") is not None or matter.reading.get("/vulnerable") is True:
                yield found("language.machine_urgent", basis=LANGUAGE_BASIS, field=place)
            else:
                yield found("language.machine", basis=LANGUAGE_BASIS, field=place)


def _accepts(accepted: tuple[str, ...], language: str) -> bool:
    return language.partition("-")[0] in accepted


def _tongues(text: dict[str, Any]) -> Iterator[str]:
    yield text["language"]
    if not is_blank(text.get("translation")):
        yield text["translation"]["language"]


def _free_texts(fields: tuple[Field, ...], value: Any, above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every free text of the form that is there, with its pointer."""
    for one in fields:
        given = value.get(one.name) if isinstance(value, dict) else None
        here = f"{above}/{one.name}"
        if one.is_free_text and isinstance(given, dict) and given:
            yield here, given
        elif one.of is not None and isinstance(given, list):
            for at, element in enumerate(given):
                yield from _free_texts(one.of.fields, element, f"{here}/{at}")
        elif one.fields:
            yield from _free_texts(one.fields, given, here)
