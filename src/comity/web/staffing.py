"""Pages of a head: officers and their roles, and the public keys of the offices. No secret key is shown."""

from collections.abc import Callable
from typing import TypeVar

from comity.exchange.entries import OF_SHELTERS, Role
from comity.kernel.clock import Instant, read_instant
from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.realms import Realm
from comity.node.access import Action, is_allowed
from comity.node.views import OfficerView
from comity.web.answers import Answer
from comity.web.visits import Visit

ROLES = {
    of_shelter: tuple(role.value for role in Role if (role in OF_SHELTERS) is of_shelter)
    for of_shelter in (False, True)
}
DONE = ("renewed", "rotated", "not_due")
_Done = TypeVar("_Done")


def officers(visit: Visit) -> Answer:
    """Show the officers that the Party entry lists, with their roles."""
    return visit.page(
        "officers.html",
        section="officers",
        officers=visit.toolbox.desks.people.officers(),
        may_change=is_allowed(visit.actor, Action.OFFICE_CHANGE),
    )


def ask_officer(visit: Visit) -> Answer:
    """Show the form to enrol an officer."""
    return visit.page(
        "officer_add.html",
        section="officers",
        roles=visit.choices("role", ROLES[visit.toolbox.desks.info.is_shelter]),
        authorities=visit.toolbox.desks.info.authorities,
        mine=visit.actor.authority,
        is_live=visit.realm is Realm.LIVE,
    )


def add_officer(visit: Visit) -> Answer:
    """Enrol an officer, whose key is wrapped by the passphrase that they type themselves."""
    form, people = visit.form, visit.toolbox.desks.people
    chosen = _secret(visit, "new_passphrase")
    if chosen != _secret(visit, "new_passphrase_again"):
        raise MalformedError(
            "officer.passphrase_differs", "the two passphrases differ", hint="type them again"
        )
    signed_by_entry(
        visit,
        lambda secret: people.add_officer(
            visit.actor,
            authority=form.get("authority"),
            name=form.get("name"),
            roles=form.all("role"),
            passphrase=chosen or None,
            entry_passphrase=secret,
        ),
    )
    return visit.back("/officers")


def ask_change(visit: Visit) -> Answer:
    """Show one officer: roles to change, the key to revoke."""
    return visit.page(
        "officer.html",
        section="officers",
        officer=_officer(visit),
        roles=visit.choices("role", ROLES[visit.toolbox.desks.info.is_shelter]),
        is_live=visit.realm is Realm.LIVE,
        code="",
    )


def change_roles(visit: Visit) -> Answer:
    """Publish other roles of an officer."""
    people, roles = visit.toolbox.desks.people, visit.form.all("role")
    signed_by_entry(
        visit,
        lambda secret: people.change_roles(
            visit.actor, name=visit.place("name"), roles=roles, entry_passphrase=secret
        ),
    )
    return visit.back("/officers")


def revoke(visit: Visit) -> Answer:
    """Take an officer out; the key is not believed from a time on."""
    people, since = visit.toolbox.desks.people, parse_time(visit.form.get("since"))
    if visit.form.get("confirm") != "yes":
        raise MalformedError(
            "revocation.confirm", "the revocation was not confirmed", hint="tick the box beside the button"
        )
    signed_by_entry(
        visit,
        lambda secret: people.revoke_officer(
            visit.actor, name=visit.place("name"), since=since, entry_passphrase=secret
        ),
    )
    return visit.back("/officers")


def new_code(visit: Visit) -> Answer:
    """Make a sign-in code for an officer of a practice node; it is told once, to be handed over."""
    officer = _officer(visit)
    code = visit.toolbox.signin.new_code(visit.actor, name=officer.name)
    return visit.page(
        "officer.html",
        section="officers",
        officer=officer,
        roles=visit.choices("role", ROLES[visit.toolbox.desks.info.is_shelter]),
        is_live=False,
        code=code,
    )


def keys(visit: Visit) -> Answer:
    """Show the public keys of the offices, and when they end."""
    desks = visit.toolbox.desks
    return visit.page(
        "keys.html",
        section="officers",
        keys=desks.people.keys(visit.actor),
        authorities=desks.info.authorities,
        may_change=is_allowed(visit.actor, Action.OFFICE_CHANGE),
        may_see=is_allowed(visit.actor, Action.UPKEEP_SEE),
        is_live=visit.realm is Realm.LIVE,
        now=desks.place.clock.now(),
        done=next((one for one in DONE if one == visit.query.get("done")), ""),
    )


def renew(visit: Visit) -> Answer:
    """Publish every office and officer for another term, with new age keys."""
    people = visit.toolbox.desks.people
    signed_by_entry(visit, lambda secret: people.renew(visit.actor, entry_passphrase=secret))
    return visit.back("/keys?done=renewed")


def rotate(visit: Visit) -> Answer:
    """Publish a new age key for an office, where the newest is a month old."""
    people, authority = visit.toolbox.desks.people, visit.form.get("authority")
    was_due = signed_by_entry(
        visit, lambda secret: people.rotate(visit.actor, authority=authority, entry_passphrase=secret)
    )
    return visit.back(f"/keys?done={'rotated' if was_due else 'not_due'}")


def _officer(visit: Visit) -> OfficerView:
    name = visit.place("name")
    for officer in visit.toolbox.desks.people.officers():
        if officer.name == name:
            return officer
    raise NotFoundError("officer.absent", f"{name[:64]} is no officer of this node")


def signed_by_entry(visit: Visit, step: Callable[[bytes | None], _Done]) -> _Done:
    """Take a step that the entry key signs; on a live node its passphrase is used for this step only.

    Args:
        visit: Whose form holds the passphrase as ``entry_passphrase``.
        step: Takes the passphrase; None on a practice node.

    Basis: PROTOCOL rule 13
    """
    if visit.realm is Realm.PRACTICE:
        return step(None)
    secret = _secret(visit, "entry_passphrase")
    return visit.toolbox.signin.guarded(visit.signed_in, lambda: step(secret))


def _secret(visit: Visit, name: str) -> bytes:
    return (visit.form.all(name) or ("",))[0].encode("utf-8")


def parse_time(text: str, *, where: str = "") -> Instant | None:
    """Return the instant of a date and time, UTC where it names no other zone; None for none."""
    if not text:
        return None
    try:
        return read_instant(text)
    except ValueError as exc:
        raise MalformedError("time.form", f"{text[:40]!r} is no time", where=where) from exc
