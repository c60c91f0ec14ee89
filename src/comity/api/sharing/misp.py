"""What MISP's clients call to bring, change, read and search events, and to tell what they saw.

Basis: docs/spec/sharing.md
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from comity.api.sharing.answers import Answer, Call, Receive, Send, read_body, read_call, send_answer
from comity.api.sharing.mispquery import is_minimal, read_query, read_seen
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, NotFoundError
from comity.node.eventchanges import EventChanges
from comity.node.eventing import EventDesk
from comity.node.seen import SeenDesk
from comity.node.workplace import Workplace

DOOR = "/misp"
MEDIA = "application/json"
MOST_BODY = 64 << 20
VERSION = "2.5.34"
_STATUSES = {"sharing.key": 403, "sharing.size": 413, "sharing.event": 403, "sharing.attribute": 403}
_MINIMAL = ("id", "uuid", "timestamp", "published", "publish_timestamp", "orgc_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class MispDoor:
    """An ASGI application.

    Attributes:
        report: Takes one line about a fault of ours; nothing of a call.
    """

    place: Workplace
    report: Callable[[str], None] = field(repr=False)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one call, in a thread."""
        try:
            call = read_call(scope, door=DOOR)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, self.desk.receiver, call.key)  # a stranger's body is not read
            body = await read_body(receive, most=MOST_BODY) if call.method == "POST" else b""
            answer = await loop.run_in_executor(None, self.answered, call, body)
        except ComityError as error:
            answer = _told(error)
        except Exception as error:  # noqa: BLE001  the edge: a fault of ours becomes a plain answer
            self.report(f"misp: {type(error).__name__}")
            answer = _problem(500, "fault", "a fault of this server")
        await send_answer(send, answer)

    @property
    def desk(self) -> EventDesk:
        """The desk for events."""
        return EventDesk(place=self.place)

    @property
    def changes(self) -> EventChanges:
        """The desk for single things of events."""
        return EventChanges(place=self.place)

    @property
    def seen(self) -> SeenDesk:
        """The desk for sightings."""
        return SeenDesk(place=self.place)

    def answered(self, call: Call, body: bytes) -> Answer:
        """Return the answer of a call."""
        parts = tuple(part.removesuffix(".json") for part in call.path if ":" not in part)
        if call.method in ("GET", "HEAD"):
            return self._read(call, parts)
        if call.method == "DELETE":
            return self._removed(call, parts, body)
        if call.method != "POST":
            return _problem(405, "method", "only GET, POST and DELETE are served")
        match parts:
            case ("events", *_):
                return self._events(call, parts[1:], body)
            case ("attributes", *_):
                return self._attributes(call, parts[1:], body)
            case ("objects", "add", event):
                return _answer({"Object": self.changes.add_object(call.key, event, body)})
            case ("objects", "delete", *_):
                return self._removed(call, parts, body)
            case ("sightings", *_):
                return self._sightings(call, parts[1:], body)
            case ("tags", "attachTagToObject"):
                return _done(f"the tag {self.changes.tag(call.key, body)[:90]} is on it")
            case ("tags", "removeTagFromObject"):
                return _done(f"the tag {self.changes.tag(call.key, body, off=True)[:90]} is off it")
            case _:
                raise _nothing(call)

    def _events(self, call: Call, parts: tuple[str, ...], body: bytes) -> Answer:
        match parts:
            case ("add",):
                return _answer({"Event": self.desk.add(call.key, body)})
            case ("edit", name):
                return _answer({"Event": self.desk.edit(call.key, name, body)})
            case ("delete", _):
                return self._removed(call, ("events", *parts), body)
            case ("view", name):
                return _answer({"Event": self.desk.view(call.key, name)})
            case ("publish" | "alert", name):
                event = self.desk.view(call.key, name)
                return _answer(
                    {"name": "Publish", "message": "shared already", "id": event.get("id"), "saved": True}
                )
            case ("index",):
                return self._index(call, body)
            case ("restSearch",):
                found = self.desk.events(call.key, read_query(body, now=self._now()))
                return _answer({"response": [{"Event": one} for one in found]})
            case _:
                raise _nothing(call)

    def _attributes(self, call: Call, parts: tuple[str, ...], body: bytes) -> Answer:
        match parts:
            case ("restSearch",):
                found = self.desk.attributes(call.key, read_query(body, now=self._now()))
                return _answer({"response": {"Attribute": found}})
            case ("add", event):
                made = self.changes.add_attributes(call.key, event, body)
                return _answer({"Attribute": made[0] if len(made) == 1 else made})
            case ("edit", name):
                return _answer({"Attribute": self.changes.edit_attribute(call.key, name, body)})
            case ("restore", name):
                return _answer({"Attribute": self.changes.restore_attribute(call.key, name)})
            case ("view", name):
                return _answer({"Attribute": self.changes.attribute(call.key, name)})
            case ("delete", _) | ("delete", _, "1"):
                return self._removed(call, ("attributes", *parts), body)
            case _:
                raise _nothing(call)

    def _sightings(self, call: Call, parts: tuple[str, ...], body: bytes) -> Answer:
        match parts:
            case ("add",) | ("add", _):
                made = self.seen.add(call.key, body, name=parts[1] if len(parts) == 2 else "")
                return _answer({"Sighting": made[0] if len(made) == 1 else made})
            case ("delete", _):
                return self._removed(call, ("sightings", *parts), body)
            case ("index",) | ("listSightings",):
                query = read_seen(body, context="", now=self._now())
                return _answer(self.seen.find(call.key, query))
            case ("restSearch",) | ("restSearch", "attribute" | "event"):
                query = read_seen(body, context=parts[1] if len(parts) == 2 else "", now=self._now())
                return _answer({"response": [{"Sighting": one} for one in self.seen.find(call.key, query)]})
            case _:
                raise _nothing(call)

    def _read(self, call: Call, parts: tuple[str, ...]) -> Answer:
        receiver = self.desk.receiver(call.key)
        match parts:
            case ("servers", "getVersion"):
                said = {
                    "version": VERSION,
                    "perm_sync": True,
                    "perm_sighting": receiver.writes,
                    "perm_galaxy_editor": False,
                }
                return _answer({**said, "request_encoding": [], "filter_sightings": False})
            case ("servers", "getPyMISPVersion"):
                return _answer({"version": VERSION})
            case ("users", "view", "me"):
                return _answer(_user(str(receiver.name), writes=receiver.writes))
            case ("events", "view", name):
                return _answer({"Event": self.desk.view(call.key, name)})
            case ("attributes", "view", name):
                return _answer({"Attribute": self.changes.attribute(call.key, name)})
            case ("events", "index") | ("events",):
                return self._index(call, b"")
            case _:
                raise _nothing(call)

    def _removed(self, call: Call, parts: tuple[str, ...], body: bytes) -> Answer:
        match parts:
            case ("events", "delete", name):
                self.desk.remove(call.key, name)
            case ("attributes", "delete", name, *rest) if rest in ([], ["1"]):
                self.changes.remove_attribute(call.key, name, body, hard=bool(rest))
            case ("objects", "delete", name, *rest) if rest in ([], ["1"]):
                self.changes.remove_object(call.key, name, b'{"hard":1}' if rest else body)
            case ("sightings", "delete", name):
                self.seen.remove(call.key, name)
            case _:
                raise _nothing(call)
        return _done(f"{parts[0].removesuffix('s').capitalize()} deleted")

    def _index(self, call: Call, body: bytes) -> Answer:
        query = replace(read_query(body, now=self._now()), bare=True)
        found = self.desk.events(call.key, query)
        if is_minimal(body):
            found = [{name: one[name] for name in _MINIMAL if name in one} for one in found]
        return _answer(found)

    def _now(self) -> Instant:
        return self.place.clock.now()


def _user(name: str, *, writes: bool) -> dict[str, Any]:
    role = {
        "id": "1",
        "name": "receiver",
        "perm_add": writes,
        "perm_modify": writes,
        "perm_publish": writes,
        "perm_sighting": writes,
        "perm_tagger": writes,
        "perm_sync": True,
        "perm_auth": True,
        "perm_site_admin": False,
        "perm_admin": False,
    }
    return {
        "User": {
            "id": "1",
            "email": f"{name}@receiver.invalid",
            "org_id": "1",
            "role_id": "1",
            "disabled": False,
        },
        "Role": role,
        "UserSetting": {},
        "Organisation": {"id": "1", "name": name},
    }


def _answer(value: Any) -> Answer:
    return Answer(status=200, body=msgspec.json.encode(value), media=MEDIA)


def _done(message: str) -> Answer:
    return _answer({"saved": True, "success": True, "name": message, "message": message})


def _told(error: ComityError) -> Answer:
    status = _STATUSES.get(error.code, error.status)
    return _problem(status, error.code, f"{error.message}{': ' + error.hint if error.hint else ''}")


def _problem(status: int, code: str, message: str) -> Answer:
    body = {"saved": False, "name": code, "message": message, "errors": message, "url": ""}
    return Answer(status=status, body=msgspec.json.encode(body), media=MEDIA)


def _nothing(call: Call) -> NotFoundError:
    return NotFoundError("sharing.nothing", f"nothing is served at {'/'.join(call.path)[:90]!r}")
