"""The Convention to read and to cite, who is bound by it, and what a deposit would do."""

import re
from dataclasses import dataclass
from datetime import date

from comity.kernel.clock import to_date
from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.ids import parse_party
from comity.node.access import Action, is_allowed
from comity.treaty.articles import Reference, parse_reference
from comity.treaty.citing import Hit, address, anchor, search
from comity.treaty.convention import Paragraph, articles
from comity.treaty.convention import article as article_of
from comity.treaty.force import Force, suppose
from comity.treaty.overlay import NO_OVERLAY
from comity.treaty.pairs import pair
from comity.treaty.service import reckoned, status_on
from comity.treaty.standing import Event
from comity.treaty.views import ForceView, StatusView, article_view, force_view
from comity.web.answers import Answer
from comity.web.visits import Visit
from comity.web.worldmap import Step, drawn_codes, progress, world
from comity.wording.catalogue import sentence
from comity.wording.paragraphs import summary_said
from comity.wording.places import spoken_date

_MOST_SUPPOSED = 60
_NUMBER = re.compile(r"[1-9][0-9]?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a rule says in our own words, and in which language that is."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A place that a search found, with its address, and what it says where it is a paragraph."""

    hit: Hit
    address: str
    summary: Summary | None


def contents(visit: Visit) -> Answer:
    """Show the chapters and articles, and what a search finds."""
    words, text = visit.words, _given(visit, "q")[:200]
    hits = search(text, said=lambda key: sentence(key, words.language)) if text else ()
    chapters: dict[str, list[int]] = {}
    for one in articles():
        chapters.setdefault(one.chapter, []).append(one.number)
    return visit.page(
        "treaty.html",
        section="treaty",
        chapters=chapters,
        query=text,
        hits=[
            Found(
                hit=hit,
                address=address(hit.ref),
                summary=None if hit.paragraph is None else _summary(hit.paragraph, words.language),
            )
            for hit in hits
        ],
    )


def article(visit: Visit) -> Answer:
    """Show an article with the anchors of its paragraphs."""
    text = visit.place("article")
    number = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= number <= len(articles()):
        raise NotFoundError(
            "treaty.article", f"the Convention has no article {text[:20]}", hint="it has articles 1 to 68"
        )
    title = visit.words.label("article", str(number))
    view = article_view(Reference(article=number), title=title)
    taken: set[str] = set()
    marks = []
    for rule in view.paragraphs:
        mark = anchor(parse_reference(rule.ref))
        marks.append([one for one in _marks(mark, rule.subparagraphs) if one not in taken])
        taken.update(marks[-1])
    return visit.page(
        "article.html",
        section="treaty",
        view=view,
        rules=list(zip(view.paragraphs, marks, _summaries(number, visit.words.language), strict=True)),
    )


def status(visit: Visit) -> Answer:
    """Show who is bound on a day, on the map and over time, and what supposed deposits would do."""
    on, supposed = _day(visit), _supposed(visit)
    known = visit.toolbox.known()
    view = status_on(on, book=known.book, beside=known.beside)
    what_if = None
    if supposed:
        found = reckoned(on, supposed=supposed, book=known.book, beside=known.beside)
        what_if = force_view(found)
    real = reckoned(on, as_at=on, book=known.book, beside=known.beside)
    return visit.page(
        "status.html",
        section="treaty",
        on=on,
        view=view,
        what_if=what_if,
        told=_given(visit, "deposit"),
        map=_map(visit, view),
        undrawn=[code for code in view.parties if code not in drawn_codes()],
        progress=_progress(visit, real),
        may_import=is_allowed(visit.actor, Action.LAW_IMPORT),
    )


def party(visit: Visit) -> Answer:
    """Show what one Party did and said, and what is open between it and this node's Party."""
    code = parse_party(visit.place("party").upper(), where="/party")
    on, known = _day(visit), visit.toolbox.known()
    view = status_on(on, book=known.book, beside=known.beside)
    if code not in view.parties:
        raise NotFoundError("treaty.no_event", f"nothing is known that {code} did towards the Convention")
    own = visit.toolbox.desks.info.party
    place = visit.toolbox.desks.place
    return visit.page(
        "treatyparty.html",
        section="treaty",
        code=code,
        on=on,
        one=view.parties[code],
        own=own,
        pair=pair(own, code, on=on, overlay=place.overlay or NO_OVERLAY),
    )


def _summaries(number: int, language: str) -> list[Summary]:
    return [_summary(one, language) for one in article_of(number).paragraphs]


def _summary(rule: Paragraph, language: str) -> Summary:
    text, found = summary_said(rule, language=language)
    return Summary(text=text, language=found)


def _marks(mark: str, letters: tuple[str, ...]) -> list[str]:
    """Return the anchors of a paragraph and of the letters that it lists."""
    return [mark or "text", *(f"{mark}-{letter}" if mark else letter for letter in letters)]


def _given(visit: Visit, name: str) -> str:
    return (visit.form.get(name) or visit.query.get(name, "")).strip()


def _day(visit: Visit) -> date:
    text = _given(visit, "on")
    if not text:
        return to_date(visit.toolbox.desks.place.clock.now())
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError("basis.day", f"{text[:20]!r} is no day", hint="write it as 2026-11-02") from exc


def _supposed(visit: Visit) -> tuple[Event, ...]:
    found = []
    for line in _given(visit, "deposit").replace(",", " ").split()[:_MOST_SUPPOSED]:
        code, _, day = line.partition("=")
        try:
            on = date.fromisoformat(day)
        except ValueError as exc:
            raise MalformedError(
                "treaty.deposit", f"{line[:40]!r} is no deposit", hint="write it as KEN=2027-03-01"
            ) from exc
        found.append(suppose(parse_party(code.upper(), where="/deposit"), on))
    return tuple(found)


def _map(visit: Visit, view: StatusView) -> object:
    states = {code: _state(view.force, code, view.on) for code in view.parties}
    words = visit.words
    names = {
        code: f"{words.party(code)}: {words.say(f'treaty.state.{state}')}" for code, state in states.items()
    }
    count = {state: sum(1 for one in states.values() if one == state) for state in states.values()}
    title = words.say(
        "treaty.map",
        bound=count.get("bound", 0),
        deposited=count.get("deposited", 0),
        signed=count.get("signed", 0),
    )
    return world(states, title=title, names=names)


def _state(force: ForceView, code: str, on: date) -> str:
    """Return whether a Party is bound on the day, only deposited, or only signed."""
    one = force.parties.get(code)
    if one is None:
        return "signed"
    from_day = one.bound_from
    bound = isinstance(from_day, date) and from_day <= on
    left = one.bound_until is not None and one.bound_until <= on
    return "bound" if bound and not left else "deposited"


def _progress(visit: Visit, found: Force) -> object:
    counted = [one.deposited.latest for one in found.depositors if one.counted]
    steps = tuple(
        Step(on=day, count=counted.index(day) + counted.count(day)) for day in dict.fromkeys(counted)
    )
    title = visit.words.say(
        "treaty.progress",
        on=spoken_date(found.on, language=visit.words.language),
        count=found.counted,
        needed=found.needed,
    )
    return progress(
        steps,
        needed=found.needed,
        until=found.on,
        title=title,
        goal=visit.words.say("treaty.goal", needed=found.needed),
    )
