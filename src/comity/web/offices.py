"""Other Parties: their cards and words, what waits for them, and what went wrong."""

from comity.kernel.digests import b64, unb64
from comity.kernel.errors import MalformedError
from comity.web.answers import Answer, download
from comity.web.visits import Visit


def peers(visit: Visit) -> Answer:
    """Show the Parties that are trusted, their words, what waits for them, and alarms."""
    return visit.page("peers.html", section="peers", peers=visit.toolbox.desks.peers.list())


def card(visit: Visit) -> Answer:
    """Give this Party's card, to hand to others."""
    name = f"comity-card-{visit.toolbox.desks.info.party}.json"
    return download(iter([visit.toolbox.desks.peers.card()]), name=name, media_type="application/json")


def alarms(visit: Visit) -> Answer:
    """Show what a person must see about the exchange: forks, refused messages, changed roots."""
    found = visit.toolbox.desks.peers.alarms(visit.actor)
    return visit.page("alarms.html", section="peers", alarms=found)


def ask_peer(visit: Visit) -> Answer:
    """Show the form to hand in the card of another Party."""
    return visit.page("peer_add.html", section="peers", card="", compared=())


def compare(visit: Visit) -> Answer:
    """Show the twelve words of a card, to be compared by voice before anything is trusted."""
    if not visit.form.files:
        raise MalformedError("peer.no_card", "no card was chosen")
    data = visit.form.files[0].data
    return visit.page(
        "peer_add.html", section="peers", card=b64(data), compared=visit.toolbox.desks.peers.words(data)
    )


def add_peer(visit: Visit) -> Answer:
    """Trust the Party of a card whose words were compared."""
    form = visit.form
    visit.toolbox.desks.peers.add(
        visit.actor,
        card=unb64(form.get("card"), where="card"),
        words=form.get("words") or None,
        confirmed_by=form.get("confirmed_by").replace(",", " ").split(),
        channel=form.get("channel")[:80] or "voice",
    )
    return visit.back("/peers")
