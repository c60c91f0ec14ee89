"""Other Parties, and the officers of one's own."""

from comity.web.answers import Answer, download
from comity.web.visits import Visit


def peers(visit: Visit) -> Answer:
    """Show the Parties that are trusted, their words, what waits for them, and alarms."""
    return visit.page("peers.html", section="peers", peers=visit.toolbox.desks.peers.list())


def card(visit: Visit) -> Answer:
    """Give this Party's card, to hand to others."""
    name = f"comity-card-{visit.toolbox.desks.info.party}.json"
    return download(iter([visit.toolbox.desks.peers.card()]), name=name, media_type="application/json")


def officers(visit: Visit) -> Answer:
    """Show the officers that the Party entry lists, with their roles."""
    return visit.page("officers.html", section="officers", officers=visit.toolbox.desks.people.officers())
