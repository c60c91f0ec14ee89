"""The desk for examination: what lies inside exhibits, an index of it, and searches in the index.

What is examined is opened for it in a private room and removed afterwards; what was found stays, sealed. Each
examination and each search is a read of evidence: access, purpose, handling and limits are checked as for
opening, and the reading is in the log first.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

import msgspec

from comity.evidence.custody import CustodyStep
from comity.evidence.examination import Bounds, Mark, Row, Tools
from comity.evidence.examining import (
    ENDED,
    Counts,
    Examiner,
    IndexReader,
    IndexStore,
    IndexWriter,
    Resumed,
    run,
)
from comity.evidence.handling import Handling, Step, check_handling, require_lawful
from comity.evidence.limits import Use, check_limits
from comity.evidence.listing import packed
from comity.evidence.opening import OpenedBag
from comity.evidence.records import PackageRecord
from comity.evidence.service import require_use
from comity.evidence.touches import Particulars, gone_by, require_here
from comity.evidence.triage import Query
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.findings import Assessment
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.node.access import Action, require_access
from comity.node.examined import (
    Examined,
    Hit,
    HitPage,
    Surveyed,
    Surveyor,
    counted,
    examined_of,
    index_name,
    indexable,
    items_of,
    left_rows,
    refusals,
    setting_name,
    terms,
    unheard,
)
from comity.node.exhibits import EvidenceDesk
from comity.node.knownfiles import KnownFilesDesk, KnownLists
from comity.node.packages import keep_lines, package_terms
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_MATCHES = 500
PAGE = 50


class Indexes(IndexStore, Protocol):
    """Sealed indexes, each worked on by one process at a time."""

    def claim(self, name: str) -> AbstractContextManager[None]:
        """Hold an index for this process; raise ConflictError ``examine.busy`` where another one does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationDesk:
    """Examinations of the officer's authority.

    Basis: 24(1), 40(19); ISO/IEC 27037
    """

    place: Workplace
    evidence: EvidenceDesk = field(repr=False)
    examiner: Examiner = field(repr=False)
    indexes: Indexes = field(repr=False)
    lists: KnownLists = field(repr=False)
    surveyor: Surveyor = field(repr=False)
    bounds: Bounds = field(default=Bounds())

    @property
    def known(self) -> KnownFilesDesk:
        """The lists of known files."""
        return KnownFilesDesk(place=self.place, lists=self.lists)

    def examine(
        self, actor: Actor, *, delivery: str, purpose: str, told: Callable[[int], None] | None = None
    ) -> Examined:
        """Examine a delivery, or go on with an interrupted examination; a complete one is told again.

        Args:
            actor: Who examines.
            delivery: Full id of the delivering act, or full bag root of a package that was sealed here.
            purpose: Why.
            told: Takes bytes that were read, now and then.

        Raises:
            NotFoundError: ``delivery.absent``, ``package.absent``.
            ConflictError: ``examine.busy``.
            DeniedError: ``evidence.use_refused``: handling forbids an index of every exhibit.
            UnavailableError: ``examine.extra``, ``examine.libmagic``, ``examine.worker``, ``examine.io``.

        Basis: PROTOCOL 18, 25
        """
        self._access(actor, purpose)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = self._record(tx, actor.authority, delivery)
            self.place.journal.read(
                tx, actor, action="evidence.examine", about=delivery, purpose=purpose, at=now
            )
        name = index_name(actor.authority, record.bag_root)
        with self.indexes.claim(name):
            with self.place.store.snapshot() as tx:
                kept = self._kept(tx, actor.authority, record)
            if kept is not None and kept.complete and self.indexes.count(name):
                return kept
            with self.evidence.files.scratch() as folder:
                bag = self.evidence.checked_bag(actor, record, purpose=purpose, folder=folder)
                return self._examined(actor, record, bag, folder=folder, purpose=purpose, told=told)

    def survey(
        self,
        actor: Actor,
        *,
        folder: str,
        handling: str,
        most: int = 200,
        told: Callable[[int], None] | None = None,
    ) -> Surveyed:
        """Examine a folder that is no exhibit yet, such as a bag that came on a disk; nothing is kept.

        Args:
            actor: Who examines.
            folder: Its path.
            handling: Class of what lies in it.
            most: Rows to return.
            told: Takes bytes that were read.

        Raises:
            NotFoundError: ``examine.folder``.
            DeniedError: ``handling.child_abuse_refused``, ``evidence.use_refused``.
        """
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)
        classes = {one.value: one for one in Handling}
        if handling not in classes:
            raise MalformedError(
                "handling.unknown",
                f"{handling[:40]!r} is no class of handling",
                hint="classes are " + ", ".join(classes),
            )
        require_lawful([classes[handling]])
        require_use(check_handling(classes[handling], step=Step.INDEX, roles=actor.roles))
        listing = self.surveyor.listing(folder)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            about = sha256(folder.encode("utf-8", "surrogateescape")).hex()
            self.place.journal.decision(tx, actor, action="evidence.survey", about=about, at=now)
        counts, rows = Counts(), list[Row]()

        def take(row: Row) -> None:
            counts.add(row)
            if not isinstance(row, Mark) and len(rows) < most:
                rows.append(row)

        for row in left_rows(listing):
            take(row)
        tools = run(
            self.examiner,
            folder=folder,
            items=listing.items,
            bounds=self.bounds,
            after={},
            take=take,
            told=told or unheard,
        )
        return Surveyed(folder=folder, tools=tools, counts=counts, rows=tuple(rows))

    def reports(self, actor: Actor, *, case: str, purpose: str) -> tuple[Examined, ...]:
        """Return what was examined in a case. The reading is in the log first."""
        self._access(actor, purpose)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="evidence.reports", about=case, purpose=purpose, at=now)
        with self.place.store.snapshot() as tx:
            return tuple(kept for _, kept in self._indexed(tx, actor.authority, case))

    def search(
        self, actor: Actor, *, case: str, purpose: str, query: Query, after: str = "", most: int = PAGE
    ) -> HitPage:
        """Search in what was examined in a case. The reading, with what was looked for, is in the log first.

        Args:
            actor: Who searches.
            case: Full id of the case.
            purpose: Why.
            query: What is looked for.
            after: Where the page before ended.
            most: Matches of one page, at most ``MOST_MATCHES``.

        Raises:
            MalformedError: ``examine.after``.

        Basis: PROTOCOL 18, 25
        """
        self._access(actor, purpose)
        now = self.place.clock.now()
        about = f"{case} {terms(query)}".strip()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="evidence.search", about=about, purpose=purpose, at=now)
        with self.place.store.snapshot() as tx:
            indexed = self._indexed(tx, actor.authority, case)
            admitted = [
                (record, kept) for record, kept in indexed if self._admits(tx, actor, record, purpose, now)
            ]
        hits, rest = self._pages(actor.authority, admitted, query, after, min(most, MOST_MATCHES))
        open_roots = {record.bag_root for record, _ in admitted}
        return HitPage(
            hits=hits,
            searched=tuple(record.bag_root for record, _ in admitted),
            refused=tuple(record.bag_root for record, _ in indexed if record.bag_root not in open_roots),
            unfinished=tuple(kept.bag_root for _, kept in admitted if not kept.complete),
            after=rest,
        )

    def forget(self, authority: AuthorityId, bag_root: str) -> None:
        """Remove the index of a package that is no longer here."""
        self.indexes.cut(index_name(authority, bag_root), 0)

    def _access(self, actor: Actor, purpose: str) -> None:
        require_access(
            actor, Action.EVIDENCE_OPEN, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

    def _record(self, tx: Transaction, authority: AuthorityId, named: str) -> PackageRecord:
        record = tx.evidence.delivered(authority, ActId(named)) or tx.evidence.package(authority, named)
        if record is None:
            raise NotFoundError(
                "delivery.absent",
                "no such delivery is here",
                hint="'comity evidence list --case CASE' shows how far it came",
                where=named[:64],
            )
        require_here(self.evidence.book.touches(tx, record), where=named)
        return record

    def _examined(
        self,
        actor: Actor,
        record: PackageRecord,
        bag: OpenedBag,
        *,
        folder: str,
        purpose: str,
        told: Callable[[int], None] | None,
    ) -> Examined:
        """Examine an opened bag; what was found is kept even where this is interrupted."""
        allowed = [one for one in bag.exhibits if indexable(one, actor)]
        refused = tuple(one.number for one in bag.exhibits if not indexable(one, actor))
        if not allowed:
            first = bag.exhibits[0]
            require_use(check_handling(first.handling, step=Step.INDEX, roles=actor.roles))
        name = index_name(actor.authority, record.bag_root)
        reader = IndexReader(self.indexes, name, identities=self.place.openers(actor.authority))
        resumed = reader.resume()
        writer = self._writer(actor.authority, name, resumed)
        tools, complete = Tools(versions={}, confined=()), False
        try:
            if not resumed.count:
                for row in refusals(refused):
                    writer.add(row)
            for one in self.examiner.examine(
                folder, items_of(allowed), bounds=self.bounds, after=resumed.marks
            ):
                if isinstance(one, Tools):
                    tools = one
                elif isinstance(one, int):
                    (told or unheard)(one)
                else:
                    writer.add(one)
            writer.add(ENDED)
            complete = True
        finally:
            writer.close()
            kept = examined_of(
                record,
                actor,
                purpose=purpose,
                at=self.place.clock.now(),
                complete=complete,
                refused=refused,
                tools=tools,
                counts=counted(reader.rows()),
            )
            self._keep(actor, record, bag, kept)
        return kept

    def _writer(self, authority: AuthorityId, name: str, resumed: Resumed) -> IndexWriter:
        return IndexWriter(
            self.indexes,
            name,
            recipients=[self.place.keys.store_identity(authority).public],
            entropy=self.place.entropy,
            clock=self.place.clock,
            count=resumed.count,
            chain=resumed.chain,
        )

    def _keep(self, actor: Actor, record: PackageRecord, bag: OpenedBag, kept: Examined) -> None:
        now = self.place.clock.now()
        book = self.evidence.book
        with self.place.store.transaction() as tx:
            keep_lines(tx, actor.authority, bag.bag_root, bag.custody_lines)
            said = "intake examination" if kept.complete else "intake examination, interrupted"
            numbers = tuple(one.number for one in bag.exhibits if one.number not in kept.refused)
            more = Particulars(operation=said, exhibits=numbers if kept.refused else ())
            act = book.act(actor, CustodyStep.EXAMINED, kept.purpose, at=now)
            book.add(tx, record, act, more=more)
            current = tx.evidence.package(actor.authority, record.bag_root)
            if current is not None and not current.exhibits:
                tx.evidence.put_package(replace(current, exhibits=packed(bag.label, bag.exhibits)))
            tx.node.put_setting(setting_name(actor.authority, record.bag_root), msgspec.json.encode(kept))

    def _indexed(
        self, tx: Transaction, authority: AuthorityId, case: str
    ) -> list[tuple[PackageRecord, Examined]]:
        """Return the packages of a case that have an index and are still here, oldest first."""
        made = []
        for record in tx.evidence.packages(authority, CaseId(case)):
            kept = self._kept(tx, authority, record)
            if kept is not None and gone_by(self.evidence.book.touches(tx, record)) is None:
                made.append((record, kept))
        return made

    def _kept(self, tx: Transaction, authority: AuthorityId, record: PackageRecord) -> Examined | None:
        value = tx.node.setting(setting_name(authority, record.bag_root))
        return None if value is None else msgspec.json.decode(value, type=Examined)

    def _admits(
        self, tx: Transaction, actor: Actor, record: PackageRecord, purpose: str, now: Instant
    ) -> bool:
        """Tell whether handling and limits let this officer search the index of a package now."""
        handling, limits = package_terms(tx, actor.authority, record)
        found = list(check_handling(handling, step=Step.INDEX, roles=actor.roles).findings)
        if limits is None:
            return False
        found += check_limits(limits, Use(step=Step.OPEN, purpose=purpose, at=now)).findings
        return Assessment.of(found).may_proceed

    def _pages(
        self,
        authority: AuthorityId,
        admitted: Sequence[tuple[PackageRecord, Examined]],
        query: Query,
        after: str,
        most: int,
    ) -> tuple[tuple[Hit, ...], str]:
        start, _, place = after.partition(".")
        hits: list[Hit] = []
        waiting = bool(after)
        for record, kept in admitted:
            if waiting and not record.bag_root.startswith(start):
                continue
            reader = IndexReader(
                self.indexes,
                index_name(authority, record.bag_root),
                identities=self.place.openers(authority),
            )
            if len(hits) == most:
                return tuple(hits), f"{record.bag_root}.1.0"
            page = reader.search(
                query, known=self.lists, after=place if waiting else "", most=most - len(hits)
            )
            waiting = False
            hits += [Hit(bag_root=record.bag_root, delivery=kept.delivery, match=one) for one in page.matches]
            if page.after:
                return tuple(hits), f"{record.bag_root}.{page.after}"
        if waiting:
            raise MalformedError("examine.after", f"{after[:40]!r} is no place in this search", where="after")
        return tuple(hits), ""
