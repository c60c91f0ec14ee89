"""Files of reports as they come in: what a list knows counts as seen, and what is new joins a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.guardroom import CLUSTER
from comity.node.ports import Store, Transaction
from comity.node.protecting import HashDesk
from comity.node.views import Actor
from comity.protection.fingerprints import RADIUS, Fingerprints, distance, turned_hash
from comity.protection.guard import Guarded
from comity.protection.looking import Cluster
from comity.protection.matching import MOST_ASKED, Answer, Question, ask
from comity.protection.reports import Report, ReportedFile
from comity.protection.shelves import Entry

SHELF = ".clusters"
"""Where the first files of clusters lie to be searched: no list can have this name."""


def known_files(hashes: HashDesk, actor: Actor, reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return reports with what a list of the office knows of their files; the asking is in the log.

    The same bytes are known; what is alike within the bound is told by the list too and needs no look.
    """
    asked = {
        one.prints: _question(one.prints)
        for report in reports
        for one in report.files
        if not one.prints.is_empty
    }
    found: dict[Fingerprints, tuple[str, str]] = {}
    now = hashes.place.clock.now()
    for shelf in hashes.lists(actor) if asked else ():
        ended = shelf.holding.until is not None and shelf.holding.until <= now
        if shelf.retracted is not None or ended:
            continue
        waiting = list(asked)
        for at in range(0, len(waiting), MOST_ASKED):
            part = waiting[at : at + MOST_ASKED]
            answers = hashes.match(actor, name=shelf.name, questions=[asked[one] for one in part])
            for prints, answer in zip(part, answers, strict=True):
                if answer.matches and prints not in found:
                    found[prints] = (shelf.name, answer.matches[0].category)
    return tuple(_told(report, found) for report in reports)


def _told(report: Report, found: dict[Fingerprints, tuple[str, str]]) -> Report:
    files = tuple(
        msgspec.structs.replace(one, list=found[one.prints][0], category=found[one.prints][1])
        if one.prints in found
        else one
        for one in report.files
    )
    return msgspec.structs.replace(report, files=files)


def _question(prints: Fingerprints) -> Question:
    turned = turned_hash(prints.pdq) if prints.pdq else ()
    return Question(name="", prints=prints, turned=turned, derived=True)


@dataclass(slots=True, kw_only=True)
class Clusters:
    """Puts new files into clusters: first by what is searched, then by what came meanwhile.

    Attributes:
        hashes: The desk of lists, whose search is used.
        authority: The office.
    """

    hashes: HashDesk
    authority: AuthorityId
    found: dict[Fingerprints, int] = field(default_factory=dict)
    last: int = 0
    fresh: list[tuple[int, Fingerprints]] = field(default_factory=list)
    changed: dict[int, Cluster] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    room: Guarded | None = None
    tx: Transaction | None = None
    number: int = 0
    made: int = 0
    joined: int = 0
    blind: int = 0

    def look_up(self, store: Store, reports: Sequence[Report]) -> None:
        """Search the clusters that there are for the files of reports that no list knows."""
        asked = list(
            dict.fromkeys(
                one.prints
                for report in reports
                for one in report.files
                if not one.list and not one.prints.is_empty
            )
        )
        with store.snapshot() as tx:
            if tx.node.setting(f"protect/secret/{self.authority}") is None:
                return
            lists = self.hashes.room(tx, self.authority)
            loaded = self.hashes.loaded(tx, lists, SHELF, searches=len(asked))
            self.last = loaded.last

            def opened(key: int) -> Entry:
                row = tx.hashes.hash_row(self.authority, SHELF, f"{key:016x}")
                if row is None:
                    raise LookupError(key)
                return lists.opened(row)

            for at in range(0, len(asked), MOST_ASKED):
                part = asked[at : at + MOST_ASKED]
                answers = ask(loaded, [_question(one) for one in part], opened)
                for prints, answer in zip(part, answers, strict=True):
                    self._keep_found(prints, answer)

    def _keep_found(self, prints: Fingerprints, answer: Answer) -> None:
        if answer.matches:
            self.found[prints] = int(answer.matches[0].id.partition(".")[0])

    def begin(self, tx: Transaction, room: Guarded) -> None:
        """Take over, inside the writing transaction, what came since the search."""
        self.tx, self.room, self.number = tx, room, room.next(tx.guarded, CLUSTER)
        lists = self.hashes.room(tx, self.authority)
        for _, entry in lists.entries(tx.hashes, [SHELF], after=self.last):
            self.fresh.append((int(entry.id.partition(".")[0]), entry.prints))

    def placed(self, report: Report) -> Report:
        """Return a report whose new files say to which cluster they belong."""
        files = tuple(self._placed(report, one) for one in report.files)
        return msgspec.structs.replace(report, files=files)

    def _placed(self, report: Report, file: ReportedFile) -> ReportedFile:
        if file.list:
            return file
        if file.prints.is_empty:
            self.blind += 1
            return file
        number = self.found.get(file.prints) or self._fresh(file.prints)
        if number:
            self.joined += 1
            self._join(number, report.number, file.prints)
        else:
            number = self._make(report.number, file)
        return msgspec.structs.replace(file, cluster=number)

    def _fresh(self, prints: Fingerprints) -> int:
        turns = turned_hash(prints.pdq) if prints.matchable else ()
        digests = {value for _, value in prints.exact}
        best = (RADIUS + 1, 0)
        for number, held in self.fresh:
            if digests & {value for _, value in held.exact}:
                return number
            if turns and held.matchable:
                best = min(best, (min(distance(one, held.pdq) for one in turns), number))
        return best[1] if best[0] <= RADIUS else 0

    def _join(self, number: int, report: int, prints: Fingerprints) -> None:
        if self.room is None or self.tx is None:
            raise ValueError("nothing was begun")
        held = self.changed.get(number) or self.room.get(self.tx.guarded, CLUSTER, number, Cluster)
        self.changed[number] = held.joined(report)
        if prints.exact and prints != held.prints:
            only = msgspec.structs.replace(prints, pdq=b"", quality=None)
            self._enter(f"{number}.{held.files}", only)
            self.fresh.append((number, only))

    def _make(self, report: int, file: ReportedFile) -> int:
        number = self.number
        self.number, self.made = number + 1, self.made + 1
        self.changed[number] = Cluster(
            number=number, prints=file.prints, report=report, file=file.id, reports=(report,)
        )
        self._enter(str(number), file.prints)
        self.fresh.append((number, file.prints))
        return number

    def _enter(self, name: str, prints: Fingerprints) -> None:
        self.entries.append(Entry(id=name, prints=prints))

    def keep(self, tx: Transaction, room: Guarded, *, at: Instant) -> None:
        """Write the clusters, and what they are found by."""
        for number, one in self.changed.items():
            room.put(tx.guarded, CLUSTER, one, number=number)
        self.hashes.room(tx, self.authority).put(tx.hashes, SHELF, self.entries, at=at)
