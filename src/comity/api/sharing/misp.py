"""What MISP's clients call to bring, read and search events.

Basis: docs/spec/sharing.md
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.api.sharing.answers import Answer, Call, Receive, Send, read_body, read_call, send_answer
from comity.indicators.stixwire import read_json
from comity.kernel.errors import ComityError, MalformedError, NotFoundError
from comity.node.eventing import AttributeQuery, EventDesk

DOOR = "/misp"
MEDIA = "application/json"
MOST_BODY = 64 << 20
VERSION = "2.5.34"
_ASKED = {
    "type": "kinds", "value": "values", "category": "categories", "eventid": "events", "uuid": "uuids",
    "to_ids": "to_ids", "deleted": "deleted",
}  # fmt: skip
_WITHOUT_EFFECT = frozenset(
    "returnFormat page limit metadata published enforceWarninglist includeEventUuid includeEventTags "
    "includeContext includeSightings includeCorrelations withAttachments sgReferenceOnly "
    "requested_attributes headerless includeDecayScore includeFullModel decayingModel excludeDecayed "
    "includeWarninglistHits includeSightingdb minimal sort desc".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MispDoor:
    """An ASGI application.

    Attributes:
        report: Takes one line about a fault of ours; nothing of a call.
    """

    desk: EventDesk
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

    def answered(self, call: Call, body: bytes) -> Answer:
        """Return the answer of a call."""
        parts = tuple(part.removesuffix(".json") for part in call.path if ":" not in part)
        if call.method in ("GET", "HEAD"):
            return self._read(call, parts)
        if call.method == "DELETE" and parts[:2] == ("events", "delete") and len(parts) == 3:
            return self._removed(call, parts[2])
        if call.method != "POST":
            return _problem(405, "method", "only GET, POST and DELETE are served")
        match parts:
            case ("events", "add"):
                return _answer({"Event": self.desk.add(call.key, body)})
            case ("events", "edit", name):
                return _answer({"Event": self.desk.edit(call.key, name, body)})
            case ("events", "delete", name):
                return self._removed(call, name)
            case ("events", "view", name):
                return _answer({"Event": self.desk.view(call.key, name)})
            case ("events", "publish" | "alert", name):
                event = self.desk.view(call.key, name)
                return _answer(
                    {"name": "Publish", "message": "shared already", "id": event.get("id"), "saved": True}
                )
            case ("events", "index"):
                asked = _query(body)
                return _answer([_index(one) for one in _paged(self.desk.events(call.key, asked), asked)])
            case ("events", "restSearch"):
                asked = _query(body)
                found = _paged(self.desk.events(call.key, asked), asked)
                return _answer({"response": [{"Event": one} for one in found]})
            case ("attributes", "restSearch"):
                asked = _query(body)
                found = _paged(self.desk.attributes(call.key, asked), asked)
                return _answer({"response": {"Attribute": found}})
            case _:
                raise _nothing(call)

    def _read(self, call: Call, parts: tuple[str, ...]) -> Answer:
        receiver = self.desk.receiver(call.key)
        match parts:
            case ("servers", "getVersion"):
                said = {
                    "version": VERSION,
                    "perm_sync": True,
                    "perm_sighting": False,
                    "perm_galaxy_editor": False,
                }
                return _answer({**said, "request_encoding": [], "filter_sightings": False})
            case ("servers", "getPyMISPVersion"):
                return _answer({"version": VERSION})
            case ("users", "view", "me"):
                return _answer(_user(str(receiver.name), writes=receiver.writes))
            case ("events", "view", name):
                return _answer({"Event": self.desk.view(call.key, name)})
            case ("events", "index") | ("events",):
                return _answer([_index(one) for one in self.desk.events(call.key, AttributeQuery())])
            case _:
                raise _nothing(call)

    def _removed(self, call: Call, name: str) -> Answer:
        self.desk.remove(call.key, name)
        return _answer({"saved": True, "success": True, "name": "Event deleted", "message": "Event deleted"})


def _query(body: bytes) -> AttributeQuery:
    """Return the question of a search; a filter that nobody judges here is refused, never passed over.

    Raises:
        MalformedError: ``sharing.query``.
    """
    value = read_json(body or b"{}", where="search")
    if not isinstance(value, dict):
        raise _unknown("the search")
    asked: dict[str, Any] = {}
    for name, told in value.items():
        if name in _WITHOUT_EFFECT or told is None:
            continue
        if name not in _ASKED:
            raise _unknown(name)
        if name in ("to_ids", "deleted"):
            asked[_ASKED[name]] = told in (True, 1, "1", "true")
        else:
            asked[_ASKED[name]] = _texts(told, name)
    extra = {name: value[name] for name in ("page", "limit") if isinstance(value.get(name), int)}
    return AttributeQuery(**asked, extra=extra)


def _texts(told: Any, name: str) -> tuple[str, ...]:
    if isinstance(told, dict) and set(told) == {"OR"}:
        told = told["OR"]
    listed = told if isinstance(told, list) else [told]
    if not listed or not all(isinstance(one, str | int) for one in listed):
        raise _unknown(name)
    texts = tuple(str(one) for one in listed)
    if any(text.startswith("!") or "%" in text or "&&" in text for text in texts):
        raise _unknown(name)
    return texts


def _paged(found: list[dict[str, Any]], asked: AttributeQuery) -> list[dict[str, Any]]:
    limit = asked.extra.get("limit", 0)
    if limit <= 0:
        return found
    first = max(0, asked.extra.get("page", 1) - 1) * limit
    return found[first : first + limit]


def _index(event: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in event.items() if name not in ("Attribute", "Object", "EventReport")
    }


def _user(name: str, *, writes: bool) -> dict[str, Any]:
    role = {
        "id": "1",
        "name": "receiver",
        "perm_add": writes,
        "perm_modify": writes,
        "perm_publish": writes,
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


def _told(error: ComityError) -> Answer:
    status = {"sharing.key": 403, "sharing.size": 413, "sharing.event": 403}.get(error.code, error.status)
    return _problem(status, error.code, f"{error.message}{': ' + error.hint if error.hint else ''}")


def _problem(status: int, code: str, message: str) -> Answer:
    body = {"saved": False, "name": code, "message": message, "errors": message, "url": ""}
    return Answer(status=status, body=msgspec.json.encode(body), media=MEDIA)


def _unknown(name: str) -> MalformedError:
    return MalformedError(
        "sharing.query",
        f"the filter {name[:40]!r} is not judged here",
        hint="type, value, category, eventid, uuid, to_ids, deleted, page and limit are",
    )


def _nothing(call: Call) -> NotFoundError:
    return NotFoundError("sharing.nothing", f"nothing is served at {'/'.join(call.path)[:90]!r}")
