"""Pages of guided cases. A live node answers each of them with a refusal and shows no way to them."""

from comity.web.answers import Answer
from comity.web.visits import Visit


def listing(visit: Visit) -> Answer:
    """Show the guided cases and how far each is."""
    found = visit.toolbox.desks.practice.list(visit.actor)
    return visit.page("practices.html", section="practice", cases=found)


def show(visit: Visit) -> Answer:
    """Show one guided case with the step whose turn it is."""
    view = visit.toolbox.desks.practice.show(visit.actor, name=visit.place("name"))
    return visit.page("practice.html", section="practice", view=view, colleague=_colleague(visit))


def start(visit: Visit) -> Answer:
    """Begin a guided case, or begin it anew."""
    view = visit.toolbox.desks.practice.start(visit.actor, name=visit.place("name"))
    return visit.back(f"/practice/{view.name}")


def advance(visit: Visit) -> Answer:
    """Carry what waits and let the other side act."""
    view = visit.toolbox.desks.practice.advance(visit.actor, name=visit.place("name"))
    return visit.back(f"/practice/{view.name}")


def _colleague(visit: Visit) -> str:
    """Return an officer of the office who may be the second person; empty where there is none yet."""
    actor = visit.actor
    others = [
        officer.name
        for officer in visit.toolbox.desks.people.officers()
        if officer.authority == actor.authority and officer.name != actor.officer
    ]
    return others[0] if others else ""
