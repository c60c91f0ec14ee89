"""Routes of indicators to and from others: files, receivers' keys, sources, lists; sightings and places."""

import base64
import binascii
from dataclasses import dataclass

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.indicators.errors import bad_form
from comity.indicators.marks import Tlp, parse_tlp
from comity.indicators.observations import Observation
from comity.indicators.sources import SourceKind, SourceRecord
from comity.indicators.statements import Sighting
from comity.kernel.clock import Instant
from comity.node.access import Action
from comity.node.fetching import begin_pull, begin_push
from comity.node.indicators import Taken
from comity.node.indicatorviews import ReceiverView, SourceDetails, receiver_view, source_details
from comity.node.reference import Learnt, ListView
from comity.node.stated import PlacePage
from comity.node.working import WorkView


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWish:
    """An uploaded file of exchange, its form, its name for errors, and why what others said is replaced."""

    upload: str
    form: str
    name: str = ""
    supersede: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractWish:
    """A message to be taken apart: its words, or its bytes in Base64; nothing of it is kept."""

    text: str = ""
    data: str = ""
    name: str = "text.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class SightWish:
    """How often an indicator was seen again; whether it was a false alarm."""

    count: int = 1
    harmless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnWish:
    """An uploaded warning list, galaxy of families, or text of brands; its name for errors."""

    upload: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """For whom a key is made, up to which mark, and whether it may bring objects."""

    name: str
    tlp: str = "amber"
    writes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade:
    """A key; this is the only time that it is shown."""

    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWish:
    """A server from which indicators are pulled; ``secret`` is sealed and never shown.

    A server at an address that is not public, or with authorities of its own, is made known at the command
    line.
    """

    name: str
    kind: str
    url: str
    collection: str = ""
    user: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushWish:
    """Statements for a collection of a source, and why it is done although a warning list knows one."""

    names: tuple[str, ...]
    override: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundView:
    """One value in a message: its type as STIX calls it, where it stands, how sure that is."""

    type: str
    value: str
    confidence: int
    role: str
    part: str
    offset: int
    remarks: tuple[str, ...]


@post(f"{ROOT}/indicators/imports", status_code=201, sync_to_thread=True)
def take_in(caller: NamedDependency[Caller], data: JSONBody[ImportWish]) -> Taken:
    """Take in an uploaded file of exchange, whole or not at all; the upload goes when it was taken."""
    actor, work = caller.actor, caller.toolbox.work
    made = caller.desks.indicators.import_(
        actor,
        work.file(actor, Action.INDICATOR_KEEP, upload=data.upload),
        form=data.form,
        where=data.name or data.upload,
        judge=caller.toolbox.judge,
        supersede=data.supersede,
    )
    work.room.drop_upload(actor.officer, data.upload)
    return made


@post(f"{ROOT}/indicators/extractions", status_code=200, sync_to_thread=True)
def extract(caller: NamedDependency[Caller], data: JSONBody[ExtractWish]) -> list[FoundView]:
    """Tell what a message gives away, taken apart in the confined worker; nothing is kept."""
    brands = caller.desks.indicators.references.brands(caller.actor)
    try:
        content = base64.b64decode(data.data, validate=True) if data.data else data.text.encode("utf-8")
    except (binascii.Error, ValueError) as exc:
        raise bad_form("the message is no Base64", where="data") from exc
    found = caller.toolbox.extract(data.name, content, brands)
    return [_found(one) for one in found if isinstance(one, Observation)]


@post(f"{ROOT}/indicators/{{name:str}}/sightings", status_code=201, sync_to_thread=True)
def sight(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[SightWish]) -> Sighting:
    """Record that an indicator was seen again, or was a false alarm."""
    if not 1 <= data.count <= 999_999_999:
        raise bad_form("a sighting is seen at least once", where="count")
    return caller.desks.indicators.sight(caller.actor, name=name, count=data.count, harmless=data.harmless)


@get(f"{ROOT}/indicators/{{name:str}}/places", sync_to_thread=True)
def places(
    caller: NamedDependency[Caller],
    name: FromPath[str],
    after: FromQuery[int | None] = None,
    purpose: FromQuery[str | None] = None,
) -> PlacePage:
    """List where a value was found beyond the first places; the reading is in the log first."""
    return caller.desks.indicators.places(
        caller.actor, name=name, after=max(0, after or 0), purpose=purpose or ""
    )


@get(f"{ROOT}/indicators/lists", sync_to_thread=True)
def lists(caller: NamedDependency[Caller]) -> list[ListView]:
    """List the warning lists, families and brands that the office compares with."""
    return list(caller.desks.indicators.references.lists(caller.actor))


@post(f"{ROOT}/indicators/lists", status_code=201, sync_to_thread=True)
def learn(caller: NamedDependency[Caller], data: JSONBody[LearnWish]) -> Learnt:
    """Take in an uploaded list in place of one of the same name; tell what of the published it knows."""
    actor, work = caller.actor, caller.toolbox.work
    body = work.file(actor, Action.INDICATOR_KEYS, upload=data.upload)
    made = caller.desks.indicators.references.take(actor, body, where=data.name or data.upload)
    work.room.drop_upload(actor.officer, data.upload)
    return made


@get(f"{ROOT}/indicators/keys", sync_to_thread=True)
def keys(caller: NamedDependency[Caller]) -> list[ReceiverView]:
    """List the receivers, those with revoked keys too; a key itself is never shown again."""
    return [receiver_view(one) for one in caller.desks.sharing.keys(caller.actor)]


@post(f"{ROOT}/indicators/keys", status_code=201, sync_to_thread=True)
def add_key(caller: NamedDependency[Caller], data: JSONBody[KeyWish]) -> KeyMade:
    """Make a key for a receiver and show it this once."""
    most = parse_tlp(data.tlp, where="tlp") if data.tlp else Tlp.AMBER
    made = caller.desks.sharing.add_key(caller.actor, name=data.name, most_tlp=most, writes=data.writes)
    return KeyMade(name=data.name, key=made)


@post(f"{ROOT}/indicators/keys/{{name:str}}/revocation", status_code=200, sync_to_thread=True)
def revoke_key(caller: NamedDependency[Caller], name: FromPath[str]) -> ReceiverView:
    """Revoke a receiver's key: the next call with it is refused."""
    return receiver_view(caller.desks.sharing.revoke_key(caller.actor, name=name))


@get(f"{ROOT}/indicators/sources", sync_to_thread=True)
def sources(caller: NamedDependency[Caller]) -> list[SourceDetails]:
    """List the servers from which indicators are pulled, without their secrets."""
    return [source_details(one) for one in caller.desks.sources.list(caller.actor)]


@post(f"{ROOT}/indicators/sources", status_code=201, sync_to_thread=True)
def add_source(caller: NamedDependency[Caller], data: JSONBody[SourceWish]) -> SourceDetails:
    """Make a server known; its secret is sealed to the office's key."""
    if data.kind not in {one.value for one in SourceKind}:
        raise bad_form("a source is of TAXII or of MISP", where="kind")
    record = SourceRecord(
        name=data.name,
        kind=SourceKind(data.kind),
        url=data.url,
        collection=data.collection,
        user=data.user,
        made_at=Instant(0),
    )
    made = caller.desks.sources.add(caller.actor, record, secret=data.secret.encode("utf-8"))
    return source_details(made)


@delete(f"{ROOT}/indicators/sources/{{name:str}}", status_code=204, sync_to_thread=True)
def remove_source(caller: NamedDependency[Caller], name: FromPath[str]) -> None:
    """Forget a server and its secret; what it brought stays."""
    caller.desks.sources.remove(caller.actor, name=name)


@post(f"{ROOT}/indicators/sources/{{name:str}}/pulls", status_code=202, sync_to_thread=True)
def pull(caller: NamedDependency[Caller], name: FromPath[str]) -> WorkView:
    """Begin to fetch what a server has that was not read yet; the work's result counts what came."""
    box = caller.toolbox
    return begin_pull(
        caller.desks.sources, box.work.room, caller.actor, name=name, reach=box.reach, judge=box.judge
    )


@post(f"{ROOT}/indicators/sources/{{name:str}}/pushes", status_code=202, sync_to_thread=True)
def push(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[PushWish]) -> WorkView:
    """Begin to give statements to a collection, all or none; the work's result is what the server says."""
    return begin_push(
        caller.desks.sources,
        caller.toolbox.work.room,
        caller.actor,
        name=name,
        names=data.names,
        reach=caller.toolbox.reach,
        override=data.override,
    )


def _found(one: Observation) -> FoundView:
    return FoundView(
        type=one.kind.value,
        value=one.value,
        confidence=one.confidence,
        role=one.role.value,
        part=one.where.part,
        offset=one.where.offset,
        remarks=one.remarks,
    )


RECEIVERS: tuple[HTTPRouteHandler, ...] = (
    take_in, extract, sight, places, lists, learn, keys, add_key, revoke_key, sources, add_source,
    remove_source, pull, push,
)  # fmt: skip
