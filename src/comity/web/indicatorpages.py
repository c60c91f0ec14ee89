"""Indicators in pages: searched, shown with their history, published, retracted, exported."""

from comity.indicators.kinds import Kind
from comity.kernel.errors import ComityError
from comity.node.access import Action, is_allowed
from comity.web.answers import Answer, download
from comity.web.visits import Visit

PAGE = 50
_MEDIA = {"stix": "application/stix+json", "misp": "application/json", "csv": "text/csv"}
_ENDINGS = {"stix": "json", "misp": "json", "csv": "csv"}


def listing(visit: Visit) -> Answer:
    """Show what is kept, a page at a time, or what has a value."""
    return _listing(visit)


def show(visit: Visit) -> Answer:
    """Show an indicator with its versions, where it was seen, and who may have received it."""
    return _one(visit)


def publish(visit: Visit) -> Answer:
    """Give an indicator to the receivers; what a warning list knows needs a reason by name."""
    name = visit.place("name")
    try:
        visit.toolbox.desks.sharing.publish(visit.actor, names=[name], override=visit.form.get("override"))
    except ComityError as error:
        return _one(visit, fault=error)
    return visit.back(f"/indicators/{name}")


def retract(visit: Visit) -> Answer:
    """Retract an indicator with a reason."""
    name = visit.place("name")
    try:
        visit.toolbox.desks.sharing.retract(
            visit.actor, name=name, reason=visit.form.get("reason"), language=visit.words.language
        )
    except ComityError as error:
        return _one(visit, fault=error)
    return visit.back(f"/indicators/{name}")


def sight(visit: Visit) -> Answer:
    """Record that it was seen again, or was a false alarm."""
    name = visit.place("name")
    visit.toolbox.desks.indicators.sight(visit.actor, name=name, harmless=visit.form.get("harmless") == "yes")
    return visit.back(f"/indicators/{name}")


def export(visit: Visit) -> Answer:
    """Hand out what may leave as a file of exchange."""
    form = visit.form.get("format")
    kind = visit.form.get("type")
    try:
        made = visit.toolbox.desks.sharing.export(visit.actor, form=form, kind=kind)
    except ComityError as error:
        return _listing(visit, fault=error)
    return download(
        iter([made.data]), name=f"indicators.{_ENDINGS[form]}", media_type=_MEDIA[form], size=len(made.data)
    )


def family(visit: Visit) -> Answer:
    """Tell which family of ransomware a name, an ending or a note means."""
    name = visit.query.get("name", "").strip()[:200]
    known = visit.toolbox.desks.indicators.references.families(visit.actor)
    meant = (known.named(name), *known.by_ending(name), *known.by_note(name), *known.by_site(name))
    found = {one.name: one for one in meant if one}
    return visit.page(
        "families.html", section="indicators", asked=name, found=list(found.values())[:PAGE], count=len(known)
    )


def _listing(visit: Visit, *, fault: ComityError | None = None) -> Answer:
    desk = visit.toolbox.desks.indicators
    value, kind = visit.query.get("value", "").strip(), visit.query.get("type", "")
    after = visit.query.get("after", "0")
    page = desk.list(
        visit.actor,
        kind=kind,
        value=value,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 13 else 0,
        most=PAGE,
    )
    return visit.page(
        "indicators.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        indicators=page.indicators,
        more=f"/indicators?type={kind}&after={page.after}" if page.after else "",
        value=value,
        kind=kind,
        kinds=visit.choices("indicator_type", [one.value for one in Kind]),
        forms=sorted(_MEDIA),
        may_keep=is_allowed(visit.actor, Action.INDICATOR_KEEP),
        may_share=is_allowed(visit.actor, Action.INDICATOR_SHARE),
        fault=fault,
    )


def _one(visit: Visit, *, fault: ComityError | None = None) -> Answer:
    desks, actor = visit.toolbox.desks, visit.actor
    versions, seen = desks.indicators.show(actor, name=visit.place("name"), purpose=visit.purpose)
    newest = versions[0]
    warnings = desks.indicators.references.warnings(actor)
    receivers = [
        one for one in desks.sharing.keys(actor) if one.revoked_at is None and newest.tlp <= one.most_tlp
    ]
    return visit.page(
        "indicator.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        one=newest,
        versions=versions,
        seen=seen,
        known=warnings.lists_of(newest.kind, newest.value),
        lists=len(warnings),
        receivers=receivers if newest.published else [],
        may_share=is_allowed(actor, Action.INDICATOR_SHARE),
        may_keep=is_allowed(actor, Action.INDICATOR_KEEP),
        fault=fault,
    )
