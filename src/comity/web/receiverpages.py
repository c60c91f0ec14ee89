"""Indicators to and from others in pages: files taken in, receivers' keys, sources, lists."""

from comity.indicators.errors import bad_form
from comity.indicators.marks import parse_tlp
from comity.indicators.sources import SourceKind, SourceRecord
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, is_allowed
from comity.node.fetching import begin_pull, begin_push
from comity.node.indicators import Taken
from comity.node.indicatorviews import receiver_view, source_details
from comity.node.reference import Learnt
from comity.web.answers import Answer
from comity.web.bodies import MOST_FORM
from comity.web.visits import Visit

MARKS = ("clear", "green", "amber", "amber+strict")
FORMS = ("stix", "misp", "csv")
_PLACE = "/indicators/exchange"


def exchange(visit: Visit) -> Answer:
    """Show receivers, sources and lists, and the forms for each."""
    return _exchange(visit)


def take_in(visit: Visit) -> Answer:
    """Take in a file of exchange, whole or not at all."""
    form = visit.form
    try:
        name, data = _file(visit)
        taken = visit.toolbox.desks.indicators.import_(
            visit.actor,
            data,
            form=form.get("format"),
            where=name,
            judge=visit.toolbox.judge,
            supersede=form.get("supersede").strip(),
        )
    except ComityError as error:
        return _exchange(visit, fault=error)
    return _exchange(visit, taken=taken)


def learn(visit: Visit) -> Answer:
    """Take in a warning list, families of ransomware, or brands."""
    try:
        name, data = _file(visit)
        made = visit.toolbox.desks.indicators.references.take(visit.actor, data, where=name)
    except ComityError as error:
        return _exchange(visit, fault=error)
    return _exchange(visit, learnt=made) if made.known else visit.back(_PLACE)


def keys(visit: Visit) -> Answer:
    """Make a key for a receiver, shown in this answer alone; or revoke one."""
    form, desk = visit.form, visit.toolbox.desks.sharing
    name = form.get("name").strip()
    try:
        if form.get("what") == "revoke":
            desk.revoke_key(visit.actor, name=name)
            return visit.back(_PLACE)
        key = desk.add_key(
            visit.actor,
            name=name,
            most_tlp=parse_tlp(form.get("tlp"), where="tlp"),
            writes=form.get("writes") == "yes",
        )
    except ComityError as error:
        return _exchange(visit, fault=error)
    return _exchange(visit, key=key, receiver=name)


def sources(visit: Visit) -> Answer:
    """Make a server known from which indicators are pulled, or forget one."""
    form, desk = visit.form, visit.toolbox.desks.sources
    name, kind = form.get("name").strip(), form.get("kind")
    try:
        if form.get("what") == "remove":
            desk.remove(visit.actor, name=name)
            return visit.back(_PLACE)
        if kind not in {one.value for one in SourceKind}:
            raise bad_form("a source is of TAXII or of MISP", where="kind")
        record = SourceRecord(
            name=name,
            kind=SourceKind(kind),
            url=form.get("url").strip(),
            collection=form.get("collection").strip(),
            user=form.get("user").strip(),
            made_at=Instant(0),
        )
        desk.add(visit.actor, record, secret=form.get("secret").strip().encode("utf-8"))
    except ComityError as error:
        return _exchange(visit, fault=error)
    return visit.back(_PLACE)


def pull(visit: Visit) -> Answer:
    """Begin to fetch what a server has."""
    box, name = visit.toolbox, visit.form.get("name").strip()
    made = begin_pull(
        box.desks.sources, box.work.room, visit.actor, name=name, reach=box.reach, judge=box.judge
    )
    return visit.back(f"/work/{made.work}")


def push(visit: Visit) -> Answer:
    """Begin to give statements to a server."""
    box, form = visit.toolbox, visit.form
    names = form.get("names").split()
    try:
        if not names:
            raise bad_form("no statement is named", where="names")
        made = begin_push(
            box.desks.sources,
            box.work.room,
            visit.actor,
            name=form.get("name").strip(),
            names=names,
            reach=box.reach,
            override=form.get("override").strip(),
        )
    except ComityError as error:
        return _exchange(visit, fault=error)
    return visit.back(f"/work/{made.work}")


def _file(visit: Visit) -> tuple[str, bytes]:
    """Return the name and the bytes of the file that was chosen."""
    for one in visit.form.files:
        if one.data:
            return one.name, one.data
    raise MalformedError("indicators.form", "no file was chosen", where="file")


def _exchange(
    visit: Visit,
    *,
    fault: ComityError | None = None,
    taken: Taken | None = None,
    learnt: Learnt | None = None,
    key: str = "",
    receiver: str = "",
) -> Answer:
    desks, actor = visit.toolbox.desks, visit.actor
    known = [source_details(one) for one in desks.sources.list(actor)]
    return visit.page(
        "receivers.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        receivers=[receiver_view(one) for one in desks.sharing.keys(actor)],
        sources=known,
        pushable=[one for one in known if one.kind == SourceKind.TAXII.value],
        lists=desks.indicators.references.lists(actor),
        kinds=[one.value for one in SourceKind],
        marks=MARKS,
        forms=FORMS,
        most=MOST_FORM >> 20,
        may_keep=is_allowed(actor, Action.INDICATOR_KEEP),
        may_share=is_allowed(actor, Action.INDICATOR_SHARE),
        may_keys=is_allowed(actor, Action.INDICATOR_KEYS),
        taken=taken,
        learnt=learnt,
        key=key,
        receiver=receiver,
        fault=fault,
    )
