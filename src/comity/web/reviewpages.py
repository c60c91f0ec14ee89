"""Pages of the law desk's work: reviews beside finds, the own profile, many laws, two laws side by side."""

from typing import Any

import msgspec

from comity.kernel.errors import ComityError, MalformedError
from comity.kernel.ijson import dump_ijson
from comity.law.elements import OFFENCES, asked, words
from comity.law.errors import bad_review
from comity.law.profiles import Coverage
from comity.law.shelf import DRAFTS
from comity.node.access import Action, is_allowed
from comity.node.lawviews import DualView
from comity.node.reviewing import Said
from comity.web.answers import Answer, download
from comity.web.drafts import approver_of
from comity.web.visits import Visit

COVERAGES = (Coverage.MET, Coverage.NARROWED, Coverage.MISSING)
_PLACE = "/law/profiles"


def record(visit: Visit) -> Answer:
    """Keep what the officer says of a find, and come back to the finds."""
    form, desk = visit.form, visit.toolbox.desks.reviews
    country, article = form.get("country"), _article(form.get("article"))
    told: dict[str, Any] = {
        "country": country,
        "article": article,
        "verdict": form.get("verdict"),
        "reason": form.get("reason"),
        "language": visit.words.language,
        "element": form.get("element"),
        "reference": form.get("reference"),
        "sha256": form.get("sha256"),
        "tongue": form.get("tongue"),
        "passage": form.get("passage"),
        "instead": form.get("instead"),
    }
    if coverage := form.get("coverage"):
        told["meeting"] = {"coverage": coverage, "only_if": list(form.all("only_if"))}
    if months := form.get("months"):
        told["most_months"] = _article(months)
    try:
        said = msgspec.convert(told, Said)
    except msgspec.ValidationError as exc:
        raise bad_review(str(exc), where="review") from exc
    desk.record(visit.actor, said=said)
    return visit.back(f"/law?country={said.country}&article={said.article}")


def adopt(visit: Visit) -> Answer:
    """Take the draft's row on an article as the officer's own."""
    form = visit.form
    country, article = form.get("country"), _article(form.get("article"))
    made = visit.toolbox.desks.reviews.adopt(
        visit.actor,
        country=country,
        article=article,
        reason=form.get("reason"),
        language=visit.words.language,
    )
    return visit.back(f"/law?country={made.review.country}&article={made.review.article}")


def profiles(visit: Visit) -> Answer:
    """Show what Parties state of their law, what waits here, and the steps of a head."""
    desk = visit.toolbox.desks.profiles
    waiting = desk.pending(visit.actor)
    approved = () if waiting is None else tuple(name for name, _ in waiting.approved_by)
    return visit.page(
        "profiles.html",
        section="law",
        waiting=waiting,
        stated=desk.stated(visit.actor, history=visit.query.get("history") == "1"),
        may_publish=is_allowed(visit.actor, Action.LAW_PUBLISH),
        may_approve=is_allowed(visit.actor, Action.ACT_APPROVE),
        approved=visit.actor.officer in approved,
        asks_passphrase=visit.toolbox.signin.asks_passphrase(visit.signed_in),
    )


def make(visit: Visit) -> Answer:
    """Make the next version of the own profile from the reviews of the office."""
    visit.toolbox.desks.profiles.make(
        visit.actor, language=visit.words.language, holds_from=visit.form.get("holds_from")
    )
    return visit.back(_PLACE)


def withdraw(visit: Visit) -> Answer:
    """Make a version that withdraws the own profile."""
    visit.toolbox.desks.profiles.withdraw(visit.actor)
    return visit.back(_PLACE)


def approve(visit: Visit) -> Answer:
    """Approve what waits, with the officer's own key."""
    visit.toolbox.desks.profiles.approve(approver_of(visit), reason=visit.form.get("reason"))
    return visit.back(_PLACE)


def publish(visit: Visit) -> Answer:
    """Sign what waits and is approved."""
    visit.toolbox.desks.profiles.publish(visit.actor)
    return visit.back(_PLACE)


def drop(visit: Visit) -> Answer:
    """Forget what waits."""
    visit.toolbox.desks.profiles.drop(visit.actor)
    return visit.back(_PLACE)


def paper(visit: Visit) -> Answer:
    """Hand over a signed profile as a file that anybody can check offline."""
    party, version = visit.place("party"), visit.query.get("version", "")
    number = int(version) if version.isdecimal() and len(version) < 7 else 0
    data = visit.toolbox.desks.profiles.paper(visit.actor, party=party, version=number)
    name = f"{party}.profile.json"
    return download(iter((data,)), name=name, media_type="application/json", size=len(data))


def table(visit: Visit) -> Answer:
    """Show by article which States' profiles serve it."""
    found = visit.toolbox.desks.comparing.table(visit.actor)
    return visit.page("law_table.html", section="law", table=found)


def dual(visit: Visit) -> Answer:
    """Ask whether an article's conduct is a crime in two States, and show the answer."""
    query = {name: visit.query.get(name, "").strip() for name in ("first", "second", "article", "on")}
    found, fault = None, None
    if query["first"] and query["second"] and query["article"]:
        try:
            found = visit.toolbox.desks.comparing.dual(
                visit.actor,
                between=(query["first"], query["second"]),
                article=_article(query["article"]),
                on=query["on"],
            )
        except ComityError as exc:
            fault = exc
    return _dual_page(visit, query, found, fault)


def dual_of(visit: Visit) -> Answer:
    """Show the answer for described conduct; nothing of it is kept."""
    form = visit.form
    told: dict[str, Any] = {member: list(form.all(member)) for member in words()}
    for name in ("without_right", "consent"):
        if form.get(name) in ("yes", "no"):
            told[name] = form.get(name) == "yes"
    if form.get("victim_age"):
        told["victim_age"] = _article(form.get("victim_age"))
    query = {name: form.get(name) for name in ("first", "second", "on")} | {"article": ""}
    found, fault = None, None
    try:
        found = visit.toolbox.desks.comparing.dual(
            visit.actor,
            between=(query["first"], query["second"]),
            conduct=dump_ijson(told),
            on=query["on"],
        )
    except ComityError as exc:
        fault = exc
    chosen = frozenset(word for member in words() for word in form.all(member))
    return _dual_page(visit, query, found, fault, chosen=chosen)


def _dual_page(
    visit: Visit,
    query: dict[str, str],
    found: DualView | None,
    fault: ComityError | None,
    *,
    chosen: frozenset[str] = frozenset(),
) -> Answer:
    return visit.page(
        "dual.html",
        section="law",
        query=query,
        found=found,
        fault=fault,
        chosen=chosen,
        states=_states(visit),
        articles=[(number, visit.words.label("article", str(number))) for number in OFFENCES],
        members=[(member, known) for member, known in words().items()],
    )


def _states(visit: Visit) -> list[str]:
    desks = visit.toolbox.desks
    parties = [one.party for one in desks.directory.parties()]
    known = {*DRAFTS, *parties, *(one.country for one in desks.profiles.stated(visit.actor))}
    return sorted(known)


def elements_of(article: str) -> tuple[str, ...]:
    """Return the names of the elements of an article; none where it asks nothing of national law."""
    number = int(article) if article.isdecimal() and len(article) < 4 else 0
    found = asked().get(number)
    return () if found is None else tuple(one.name for one in found.elements)


def _article(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise MalformedError("law.review", "not a review: a number is meant", where=text[:20])
    return int(text)
