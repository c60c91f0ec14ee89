"""National law in pages: what the library holds, what may serve an article, a provision with its versions."""

from itertools import groupby

from comity.kernel.errors import ComityError
from comity.law.matters import matters
from comity.law.shelf import DRAFTS
from comity.node.access import Action, is_allowed
from comity.node.lawdesk import FindingView
from comity.node.reviewing import ReviewView
from comity.web.answers import Answer
from comity.web.reviewpages import COVERAGES, elements_of
from comity.web.visits import Visit
from comity.wording.places import language_name

_MOST = 10


def show(visit: Visit) -> Answer:
    """Show what the library holds, and what was found where something was asked."""
    desk = visit.toolbox.desks.law
    held = desk.holdings(visit.actor)
    asked = {name: visit.query.get(name, "").strip() for name in ("country", "article", "text", "on")}
    found: tuple[FindingView, ...] = ()
    said: tuple[ReviewView, ...] = ()
    fault: ComityError | None = None
    try:
        if asked["article"] and asked["country"]:
            article = (
                int(asked["article"]) if asked["article"].isdecimal() and len(asked["article"]) < 4 else 0
            )
            found = desk.find(
                visit.actor, country=asked["country"], article=article, most=_MOST, on=asked["on"]
            )
            said = visit.toolbox.desks.reviews.list(visit.actor, country=asked["country"], article=article)
        elif asked["text"]:
            found = desk.search(visit.actor, text=asked["text"], country=asked["country"], most=_MOST)
    except ComityError as exc:
        fault = exc
    return visit.page(
        "law.html",
        section="law",
        held=[(country, list(rows)) for country, rows in groupby(held, key=lambda one: one.country)],
        articles=[(number, visit.words.label("article", str(number))) for number in sorted(matters())],
        asked=asked,
        found=found,
        said=said,
        elements=elements_of(asked["article"]),
        coverages=[one.value for one in COVERAGES],
        may_review=is_allowed(visit.actor, Action.LAW_REVIEW),
        has_draft=asked["country"] in DRAFTS,
        fault=fault,
        tongue=lambda tag: language_name(tag, language=visit.words.language),
        may_import=is_allowed(visit.actor, Action.LAW_IMPORT),
    )


def provision(visit: Visit) -> Answer:
    """Show a provision in every version that the library has."""
    reference = "/".join(visit.place(name) for name in ("country", "instrument", "section"))
    desk = visit.toolbox.desks.law
    standing = desk.show(visit.actor, reference=reference, on=visit.query.get("on", ""))
    return visit.page(
        "provision.html",
        section="law",
        reference=reference,
        standing=standing,
        versions=desk.versions(visit.actor, reference=reference),
        tongue=lambda tag: language_name(tag, language=visit.words.language),
    )
