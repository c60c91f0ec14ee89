"""The desk for servers of others: which are known, what is fetched from them, and what they are given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from comity.indicators import stixwire
from comity.indicators.errors import is_red, kept_back
from comity.indicators.marks import Tlp
from comity.indicators.sourcepages import TAXII, SourcePage, objects_path, pages_of, read_answer
from comity.indicators.sources import (
    MOST_SECRET,
    Asked,
    Reach,
    SourceKind,
    SourceRecord,
    SourceState,
    require_source,
)
from comity.indicators.statements import Indicator
from comity.kernel import agefile
from comity.kernel.errors import ComityError, ConflictError, DeniedError, MalformedError
from comity.kernel.ids import AuthorityId
from comity.node.access import Action, require_access
from comity.node.feedindicators import mark_of
from comity.node.pulled import Intake
from comity.node.reference import RefDesk
from comity.node.sharing import require_publishable
from comity.node.sourcebook import keep_source, keep_state, no_source, source_of, sources_of, state_of
from comity.node.stated import named
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_PUSHED = 10_000
MOST_REFUSED = 1000
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source, without its secret, and how far it was read."""

    record: SourceRecord
    state: SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull came to.

    Attributes:
        held: Objects of other kinds that are kept as they came.
        refused: Ids of what was not taken, each with a code; at most a thousand are told.
        refusals: How many there were.
    """

    source: str
    pages: int
    items: int
    added: int
    renewed: int
    same: int
    held: int
    refusals: int
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push came to, as the server says.

    Attributes:
        failed: How many objects it did not take.
        pending: How many it has still to look at.
        ids: Statements that it was given.
    """

    source: str
    ids: tuple[str, ...]
    taken: int
    failed: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDesk:
    """Servers of others. A secret is sealed as the office's packages are; nothing ever shows it."""

    place: Workplace

    def add(self, actor: Actor, record: SourceRecord, *, secret: bytes = b"") -> SourceView:
        """Make a source known; its ``secret`` and ``made_at`` are set here.

        Raises:
            MalformedError: ``sources.name``, ``sources.url``, ``sources.form``, ``sources.secret``.
            ConflictError: ``sources.taken``.
        """
        self._require(actor, Action.INDICATOR_KEYS)
        require_source(record)
        if len(secret) > MOST_SECRET or not all(0x20 < one < 0x7F for one in secret):
            raise MalformedError(
                "sources.secret",
                "the file holds no key: one line without spaces is meant",
                hint="write the key, or the password of --user, on the first line",
            )
        now = self.place.clock.now()
        sealed = b""
        if secret:
            public = self.place.keys.store_identity(actor.authority).public
            sealed = agefile.seal(secret, recipients=[public], entropy=self.place.entropy)
        made = replace(record, secret=sealed, made_at=now, removed_at=None)
        with self.place.store.transaction() as tx:
            if any(one.name == made.name for one in sources_of(tx, actor.authority)):
                raise ConflictError(
                    "sources.taken",
                    f"a source is named {made.name} already",
                    hint="remove it first: comity indicators sources remove NAME",
                )
            keep_source(tx, actor.authority, made)
            keep_state(tx, actor.authority, made.name, SourceState())
            self.place.journal.decision(
                tx, actor, action="sources.add", about=f"{made.name} {made.url}", at=now
            )
        return SourceView(record=made, state=SourceState())

    def list(self, actor: Actor) -> tuple[SourceView, ...]:
        """Return the sources by name."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            return tuple(
                SourceView(record=one, state=state_of(tx, actor.authority, one.name))
                for one in sources_of(tx, actor.authority)
            )

    def find(self, actor: Actor, *, name: str) -> SourceView:
        """Return one source; raise NotFoundError ``sources.absent``."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            found = source_of(tx, actor.authority, name)
            return SourceView(record=found, state=state_of(tx, actor.authority, name))

    def remove(self, actor: Actor, *, name: str) -> SourceView:
        """Forget a source and its secret; what it brought stays. NotFoundError ``sources.absent``."""
        self._require(actor, Action.INDICATOR_KEYS)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = source_of(tx, actor.authority, name)
            made = replace(found, secret=b"", removed_at=now)
            keep_source(tx, actor.authority, made)
            self.place.journal.decision(tx, actor, action="sources.remove", about=name, at=now)
            return SourceView(record=made, state=state_of(tx, actor.authority, name))

    def pull(
        self,
        actor: Actor,
        *,
        name: str,
        reach: Reach,
        judge: Callable[[str], None] | None = None,
        tell: Tell | None = None,
    ) -> Pulled:
        """Fetch what a source has that was not read yet; each page is kept whole with the place behind it.

        Args:
            actor: Who acts.
            name: Of the source.
            reach: Opens the way to it.
            judge: Judges the grammar of a pattern.
            tell: Called with how many pages and items there were so far.

        Raises:
            NotFoundError: ``sources.absent``, ``sources.collection``.
            As ``pages_of``; what was kept before stays, and the next pull goes on there.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        with self.place.store.snapshot() as tx:
            source = source_of(tx, actor.authority, name)
            state = state_of(tx, actor.authority, name)
        sums = [0] * 5
        refused: list[tuple[str, str]] = []
        pages = items = 0
        try:
            with reach(source, self._secret(actor.authority, source)) as line:
                for page in pages_of(line, source, state, now=self.place.clock.now):
                    intake = self._kept(actor, source, page, judge)
                    pages, items = page.number, items + len(page.items)
                    found = (intake.added, intake.renewed, intake.same, intake.held, len(intake.refused))
                    sums = [held + more for held, more in zip(sums, found, strict=True)]
                    refused += intake.refused[: MOST_REFUSED - len(refused)]
                    if tell is not None:
                        tell(pages, items)
        except ComityError as exc:
            self._failed(actor.authority, source, exc.code)
            raise
        return Pulled(
            source=name,
            pages=pages,
            items=items,
            added=sums[0],
            renewed=sums[1],
            same=sums[2],
            held=sums[3],
            refusals=sums[4],
            refused=tuple(refused),
        )

    def push(
        self, actor: Actor, *, name: str, names: Sequence[str], reach: Reach, override: str = ""
    ) -> Pushed:
        """Give statements to a collection of TAXII: all of those named, or none.

        What is published may be pushed; a statement that was retracted goes to a source that has it.

        Raises:
            ConflictError: as :meth:`SharingDesk.publish`; ``sources.kind``, ``sources.read_only``.
            DeniedError: ``indicators.red``, ``sources.mark``.
            NotFoundError: ``sources.absent``, ``indicators.absent``, ``sources.collection``.
        """
        self._require(actor, Action.INDICATOR_SHARE)
        warnings = RefDesk(place=self.place).warnings(actor)
        with self.place.store.snapshot() as tx:
            source = source_of(tx, actor.authority, name)
            state = state_of(tx, actor.authority, name)
            found = [named(tx, actor.authority, one) for one in dict.fromkeys(names)]
        if source.kind is not SourceKind.TAXII:
            raise ConflictError(
                "sources.kind", "only a source of TAXII is given objects", hint="use export for MISP"
            )
        self._require_leaving(actor, found, state)
        warned = [one.value for one in found if warnings.lists_of(one.kind, one.value)]
        if warned and not override.strip():
            raise kept_back(warned)
        made = [stixwire.object_of(one) for one in found]
        objects = [*stixwire.companions(made), *made]
        with reach(source, self._secret(actor.authority, source)) as line:
            path = objects_path(line, source, writes=True)
            self._note(actor, name, found, override)
            body = msgspec.json.encode({"objects": objects})
            answer = line.ask(Asked(path=path, body=body, media=TAXII, status=(200, 202)))
        told = read_answer(answer, "status")
        return Pushed(
            source=name,
            ids=tuple(one.id for one in found),
            taken=_count(told, "success"),
            failed=_count(told, "failure"),
            pending=_count(told, "pending"),
        )

    def _kept(
        self, actor: Actor, source: SourceRecord, page: SourcePage, judge: Callable[[str], None] | None
    ) -> Intake:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            held = source_of(tx, actor.authority, source.name)
            if held.made_at != source.made_at:
                raise no_source(source.name)
            intake = Intake(tx=tx, authority=actor.authority, source=source, now=now, judge=judge)
            intake.take(page.items)
            known = state_of(tx, actor.authority, source.name)
            kept = replace(page.state, pushed=known.pushed, failed_at=known.failed_at, fault=known.fault)
            keep_state(tx, actor.authority, source.name, kept)
            about = f"{source.name} page {page.number}: {intake.added} added, {intake.renewed} renewed"
            self.place.journal.decision(tx, actor, action="indicators.pull", about=about, at=now)
        return intake

    def _failed(self, authority: AuthorityId, source: SourceRecord, code: str) -> None:
        """Note that a pull failed, and why; how far it came is kept already."""
        with self.place.store.transaction() as tx:
            if any(
                one.name == source.name and one.made_at == source.made_at for one in sources_of(tx, authority)
            ):
                state = state_of(tx, authority, source.name)
                made = replace(state, failed_at=self.place.clock.now(), fault=code)
                keep_state(tx, authority, source.name, made)

    def _require_leaving(self, actor: Actor, found: Sequence[Indicator], state: SourceState) -> None:
        now = self.place.clock.now()
        for one in found:
            if not (one.retracted is not None and one.id in state.pushed):
                require_publishable(one, own=str(actor.authority), at=now)
            if mark_of(one) is Tlp.RED:
                raise is_red(one.id)
            if mark_of(one) >= Tlp.AMBER_STRICT:
                raise DeniedError(
                    "sources.mark",
                    f"{one.id} is marked {mark_of(one).label.upper()} and does not leave the organisation",
                    hint="only who marked it may mark it anew",
                )

    def _note(self, actor: Actor, name: str, found: Sequence[Indicator], override: str) -> None:
        """Write down what is given before it is given."""
        with self.place.store.transaction() as tx:
            source_of(tx, actor.authority, name)
            held = state_of(tx, actor.authority, name)
            pushed = tuple(dict.fromkeys((*held.pushed, *(one.id for one in found))))[-MOST_PUSHED:]
            keep_state(tx, actor.authority, name, replace(held, pushed=pushed))
            about = f"{name}: {len(found)} statements {override[:500]}".strip()
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="indicators.push", about=about, at=now)

    def _secret(self, authority: AuthorityId, source: SourceRecord) -> bytes:
        if not source.secret:
            return b""
        identities = self.place.keys.store_identities(authority)
        return agefile.open_sealed(source.secret, identities=identities, most_bytes=MOST_SECRET)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def _count(told: dict[str, Any], name: str) -> int:
    value = told.get(f"{name}_count", 0)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31 else 0
