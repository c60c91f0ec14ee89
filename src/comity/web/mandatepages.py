"""Pages of a head: who may ask for this State. What is changed here stands in the next signed entry."""

from datetime import date

from comity.exchange.terms import Power
from comity.kernel.clock import to_date
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson
from comity.kernel.realms import Realm
from comity.node.access import Action, is_allowed
from comity.requests.kinds import all_kinds
from comity.treaty.packs import PACKS
from comity.web.answers import Answer
from comity.web.staffing import signed_by_entry
from comity.web.visits import Visit

POWERS = tuple(power.value for power in Power)
_PLACE = "/mandates"


def listing(visit: Visit) -> Answer:
    """Show the mandates of this Party, those that ended too, and the form for a new one."""
    desks = visit.toolbox.desks
    return visit.page(
        "mandates.html",
        section="officers",
        mandates=desks.directory.mandates() or (),
        is_published=desks.directory.mandates() is not None,
        today=to_date(desks.place.clock.now()),
        may_change=is_allowed(visit.actor, Action.OFFICE_CHANGE),
        officers=desks.people.officers(),
        authorities=desks.info.authorities,
        powers=POWERS,
        kinds=[kind.code for kind in all_kinds()],
        instruments=PACKS,
        is_live=visit.realm is Realm.LIVE,
    )


def grant(visit: Visit) -> Answer:
    """Publish a mandate, delegated or not; one of the same name is replaced."""
    form = visit.form
    wanted: dict[str, object] = {
        "id": form.get("id").strip(),
        "authority": form.get("authority"),
        "powers": list(form.all("power")),
        "provision": form.get("provision").strip(),
        "since": form.get("since"),
        "until": form.get("until"),
        "kinds": list(form.all("kind")),
        "instruments": list(form.all("instrument")),
        "delegated_by": form.get("delegated_by"),
        "holders": list(form.all("holder")),
    }
    data = dump_ijson({name: value for name, value in wanted.items() if value})
    desk = visit.toolbox.desks.directory
    signed_by_entry(
        visit,
        lambda secret: desk.grant(
            visit.actor, mandate=data, confirmed_by=_confirmed(visit), entry_passphrase=secret
        ),
    )
    return visit.back(_PLACE)


def end(visit: Visit) -> Answer:
    """Let a mandate end on a day; it stays listed."""
    until = _day(visit, "until")
    desk = visit.toolbox.desks.directory
    signed_by_entry(
        visit,
        lambda secret: desk.end(
            visit.actor,
            mandate=visit.place("mandate"),
            until=until,
            confirmed_by=_confirmed(visit),
            entry_passphrase=secret,
        ),
    )
    return visit.back(_PLACE)


def deputize(visit: Visit) -> Answer:
    """Name a deputy who signs in the place of the holders, for some days or until further notice."""
    since, until = _day(visit, "since"), visit.form.get("until")
    last = _day(visit, "until") if until else None
    desk = visit.toolbox.desks.directory
    signed_by_entry(
        visit,
        lambda secret: desk.deputize(
            visit.actor,
            mandate=visit.place("mandate"),
            officer=visit.form.get("officer"),
            since=since,
            until=last,
            confirmed_by=_confirmed(visit),
            entry_passphrase=secret,
        ),
    )
    return visit.back(_PLACE)


def _confirmed(visit: Visit) -> list[str]:
    return visit.form.get("confirmed_by").replace(",", " ").split()


def _day(visit: Visit, name: str) -> date:
    text = visit.form.get(name)
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError("time.form", f"{text[:40]!r} is no day", where=name) from exc
