"""Feeds and alerts in pages: what is shared with whom, what came and what was left, warnings and answers."""

from collections import Counter

from comity.indicators.alerts import SECTORS
from comity.indicators.errors import bad_form
from comity.indicators.marks import UNMARKED, parse_tlp
from comity.kernel.clock import Instant, format_instant, read_instant
from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, is_allowed
from comity.node.alerting import HIT, AlertForm
from comity.node.feedbook import BatchRecord
from comity.node.feedstops import STOPPABLE
from comity.node.indicators import Terms
from comity.web.answers import Answer
from comity.web.visits import Visit

MARKS = ("clear", "green", "amber", "amber+strict")
MOST_BATCHES = 50
LEFT = frozenset("red no_limits own other onward changed retracted future expired stopped alerts".split())
"""Why a change was not taken, as far as there are words for it."""


def feeds(visit: Visit) -> Answer:
    """Show what is shared with whom, how far each peer is, what came, and what is not taken."""
    return _feeds(visit)


def share(visit: Visit) -> Answer:
    """Decide that an office of a peer is given what is published; or end that."""
    form, desk = visit.form, visit.toolbox.desks.feeds
    try:
        if form.get("what") == "end":
            desk.stop(visit.actor, to=form.get("to"), recall=form.get("recall") == "yes")
        else:
            desk.share(
                visit.actor,
                to=form.get("to"),
                purpose=form.get("use"),
                most_tlp=parse_tlp(form.get("tlp"), where="tlp"),
                until=_day(form.get("until")),
            )
    except ComityError as error:
        return _feeds(visit, fault=error)
    return visit.back("/indicators/feeds")


def take(visit: Visit) -> Answer:
    """Decide that a feed of a peer is not taken; or that it is taken again."""
    form, desk = visit.form, visit.toolbox.desks.feeds
    source, feed, reason = form.get("source"), form.get("feed"), form.get("reason")
    language = visit.words.language
    try:
        if form.get("what") == "again":
            desk.resume(visit.actor, source=source, feed=feed, reason=reason, language=language)
        else:
            withdraw = form.get("withdraw") == "yes"
            desk.refuse(
                visit.actor, source=source, feed=feed, reason=reason, withdraw=withdraw, language=language
            )
    except ComityError as error:
        return _feeds(visit, fault=error)
    return visit.back("/indicators/feeds")


def figures(visit: Visit) -> Answer:
    """Show figures on feeds for a span of days."""
    query, fault = visit.query, None
    first, last, stands = query.get("since", "")[:20], query.get("until", "")[:20], query.get("held") == "yes"
    desk = visit.toolbox.desks.feeds
    try:
        found = desk.figures(visit.actor, first=first, last=last, stands=stands)
    except MalformedError as error:
        found, fault = desk.figures(visit.actor), error
    return visit.page(
        "feedfigures.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        figures=found,
        first=date_of(found.since),
        last=date_of(Instant(found.until - 1)),
        stands=stands,
        left=LEFT,
        fault=fault,
    )


def alerts(visit: Visit) -> Answer:
    """Show alerts, and the form to warn others."""
    return _alerts(visit)


def send(visit: Visit) -> Answer:
    """Warn offices of peers."""
    form = visit.form
    try:
        minutes = form.get("answer") or "0"
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 6):
            raise bad_form("minutes are a number", where="answer")
        mark = form.get("tlp")
        made = AlertForm(
            family=form.get("family").strip(),
            indicators=tuple(form.get("values").split()),
            sectors=tuple(one for one in form.all("sector") if one),
            critical=form.get("critical") == "yes",
            words=form.get("words").strip(),
            victim=form.get("victim").strip(),
            terms=Terms(
                tlp=parse_tlp(mark, where="tlp") if mark else UNMARKED,
                purpose=form.get("use").strip(),
                basis=tuple(one.strip() for one in form.get("basis").split(",") if one.strip()),
            ),
            to=tuple(form.all("to")),
            answer_within=int(minutes),
            override=form.get("override").strip(),
        )
        sent = visit.toolbox.desks.alerts.send(visit.actor, made)
    except ComityError as error:
        return _alerts(visit, fault=error)
    return visit.back(f"/indicators/alerts/{sent.alert.id}")


def alert(visit: Visit) -> Answer:
    """Show an alert with what is held here of the same; the reading is in the log first."""
    return _alert(visit)


def answer(visit: Visit) -> Answer:
    """Answer an alert of a peer, or take back one of ours."""
    form, name, desk = visit.form, visit.place("name"), visit.toolbox.desks.alerts
    try:
        if form.get("what") == "recall":
            desk.recall(visit.actor, name=name, reason=form.get("reason"))
        else:
            desk.answer(visit.actor, name=name, hit=form.get("hit"), words=form.get("words").strip())
    except ComityError as error:
        return _alert(visit, fault=error)
    return visit.back(f"/indicators/alerts/{name}")


def date_of(at: Instant) -> str:
    """Return the day of an instant as a field of a form holds it."""
    return format_instant(at)[:10]


def left_of(batch: BatchRecord) -> list[tuple[str, str, int]]:
    """Return why changes of a batch were not taken: code, its word, how many."""
    counted = Counter(code for _, code in batch.refused)
    return [
        (code, word if (word := code.removeprefix("feed.")) in LEFT else "unread", count)
        for code, count in counted.most_common()
    ]


def _feeds(visit: Visit, *, fault: ComityError | None = None) -> Answer:
    desk, actor = visit.toolbox.desks.feeds, visit.actor
    came = desk.received(actor)
    return visit.page(
        "feeds.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        shared=[one for one in desk.shared(actor) if one.share.feed != "taking"],
        received=[(one, left_of(one)) for one in came[:MOST_BATCHES]],
        more=max(0, len(came) - MOST_BATCHES),
        stops=[one for one in desk.stops(actor) if one.is_stopped],
        offices=_offices(visit),
        feeds=visit.choices("feed_kind", STOPPABLE),
        marks=MARKS,
        may_share=is_allowed(actor, Action.INDICATOR_SHARE),
        fault=fault,
    )


def _alerts(visit: Visit, *, fault: ComityError | None = None) -> Answer:
    return visit.page(
        "alerts.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        alerts=visit.toolbox.desks.alerts.alerts(visit.actor),
        offices=_offices(visit),
        hit=HIT,
        sectors=visit.choices("alert_sector", SECTORS),
        marks=MARKS,
        posted=visit.form if fault is not None else None,
        may_share=is_allowed(visit.actor, Action.INDICATOR_SHARE),
        fault=fault,
    )


def _alert(visit: Visit, *, fault: ComityError | None = None) -> Answer:
    found = visit.toolbox.desks.alerts.show(visit.actor, name=visit.place("name"))
    return visit.page(
        "alert.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        view=found,
        one=found.record,
        alert=found.record.alert,
        may_share=is_allowed(visit.actor, Action.INDICATOR_SHARE),
        may_keep=is_allowed(visit.actor, Action.INDICATOR_KEEP),
        fault=fault,
    )


def _offices(visit: Visit) -> list[str]:
    return [str(one) for peer in visit.toolbox.desks.peers.list() for one in peer.authorities]


def _day(text: str) -> Instant | None:
    try:
        return read_instant(text) if text else None
    except ValueError as exc:
        raise bad_form("a day is written such as 2027-01-31", where="until") from exc
