"""The desk for crypto-assets: ledgers, where value went, and tags.

Ledgers are published and belong to no case; what an officer asks of them tells whom a State suspects. So
every question needs a purpose and is in the national log, with the digests of its inputs and its answer,
before the answer is shown. Nothing here freezes anything: what was found goes into a request by a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.kernel.errors import NotFoundError
from comity.node.access import Action, require_access
from comity.node.tagging import TagDesk
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.addresses.checking import check_address
from comity.tracing.addresses.networks import AddressCheck
from comity.tracing.addresses.ports import Primitives
from comity.tracing.clusters import Applied, Grouping, Link, explained
from comity.tracing.intake import take_in
from comity.tracing.ports import Contents, Figures, Ledger, Ledgers, Shelves, Source, Tell
from comity.tracing.questions import Asked, Question
from comity.tracing.reporting import Report, make_report
from comity.tracing.secrets import require_keyless
from comity.tracing.since import Since, moved_since
from comity.tracing.tags import Tag
from comity.tracing.trails import Path, Trail, follow, paths, paths_digest

LEAST_DIGITS = 8
MOST_SHOWN = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """An answer, and what is said of the addresses in it.

    Attributes:
        contents: The ledger that was asked.
        trail: The answer.
        tags: Tags of its addresses.
    """

    contents: Contents
    trail: Trail
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Paths, and what is said of where they end.

    Attributes:
        contents: The ledger that was asked.
        paths: In the order of arrival.
        tags: Tags of their ends.
        digest: SHA-256 over question, inputs, targets and paths.
    """

    contents: Contents
    paths: tuple[Path, ...]
    tags: tuple[Tag, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What rules made of a ledger.

    Attributes:
        grouping: Rules, counts and digest.
        mixes: Transactions that look like mixes and were left out.
        clusters: The largest.
    """

    grouping: Grouping
    mixes: tuple[str, ...]
    clusters: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracingDesk:
    """Tracing for the officer's authority.

    Basis: 31(1), 50(1)
    """

    place: Workplace
    ledgers: Ledgers = field(repr=False)
    primitives: Primitives = field(repr=False)
    shelves: Shelves = field(repr=False)

    @property
    def tags(self) -> TagDesk:
        """The tags."""
        return TagDesk(place=self.place, shelves=self.shelves)

    def take(self, actor: Actor, *, ledger: str, path: str, network: str = "", asset: str = "") -> Source:
        """Take a file of transactions into a ledger; its digest is in the log.

        Args:
            actor: Who takes it in.
            ledger: Name of the ledger; made where it is absent.
            path: Blocks, JSON of Esplora or Bitcoin Core, or a table of transfers.
            network: Of the ledger, where the file does not say it.
            asset: Contract of a token, for tables that hold several.

        Raises:
            ConflictError: ``trace.other``, ``trace.fork``, ``trace.busy``, ``trace.height``.
            MalformedError: what the file is not.
            UnavailableError: ``trace.extra``.
        """
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)
        require_keyless([ledger, network, asset], where="ledger")
        now = self.place.clock.now()
        with self.ledgers.open(actor.authority, ledger, make=True) as opened:
            source = take_in(
                self.ledgers,
                opened,
                path,
                primitives=self.primitives,
                network=network,
                asset=asset,
                at=now,
                officer=actor.officer,
            )
            opened.contents()
        self._decided(actor, "trace.import", f"{ledger} {source.digest} fresh={source.fresh}")
        return source

    def address(self, value: str) -> AddressCheck:
        """Return what a text is, and on which networks; nothing of it is kept or logged.

        Raises:
            UnavailableError: ``address.extra``.
        """
        return check_address(value, primitives=self.primitives)

    def list(self, actor: Actor, *, only: str = "") -> dict[str, Contents]:
        """Return the ledgers of the authority by name, or only one.

        Raises:
            NotFoundError: ``trace.absent``.
        """
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)
        found = {}
        for name in (only,) if only else self.ledgers.names(actor.authority):
            with self.ledgers.open(actor.authority, name) as opened:
                found[name] = opened.contents()
        return found

    def figures(self, actor: Actor, *, ledger: str) -> tuple[Contents, Figures]:
        """Return what a ledger holds, and its statistics.

        Raises:
            NotFoundError: ``trace.absent``.
        """
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)
        with self.ledgers.open(actor.authority, ledger) as opened:
            return opened.contents(), opened.figures()

    def cluster(
        self,
        actor: Actor,
        *,
        ledger: str,
        purpose: str,
        rules: Sequence[str] = (),
        keeps_mixes: bool = False,
        most: int = MOST_SHOWN,
    ) -> Grouped:
        """Apply rules to a ledger and keep links and clusters in place of those before.

        Raises:
            MalformedError: ``trace.rule``.
            NotFoundError: ``trace.absent``.
        """
        self._access(actor, purpose)
        applied = Applied(rules, keeps_mixes=keeps_mixes)
        with self.ledgers.open(actor.authority, ledger) as opened:
            inputs = opened.contents().digest
            made = opened.book.group(applied, opened.spendings(), inputs=inputs)
            clusters = tuple(opened.book.clusters(most=most))
        self._told(actor, "trace.cluster", f"{ledger} {inputs} {made.digest}", purpose)
        return Grouped(grouping=made, mixes=tuple(applied.mixes), clusters=clusters)

    def explain(
        self, actor: Actor, *, ledger: str, first: str, second: str, purpose: str
    ) -> tuple[Link, ...]:
        """Return the fewest kept links that lead from one address to another.

        Raises:
            NotFoundError: ``trace.unlinked``: none do.
        """
        self._access(actor, purpose)
        require_keyless([first, second], where="address")
        with self.ledgers.open(actor.authority, ledger) as opened:
            kept, links = opened.book.grouping(), opened.book.links_of(first)
        about = f"{ledger} {kept.inputs if kept else '-'} {kept.digest if kept else '-'}"
        self._told(actor, "trace.explain", f"{about} {first[:100]} {second[:100]}", purpose)
        found = explained(links, first, second)
        if not found:
            used = ", ".join(kept.rules) if kept else "none; cluster first"
            raise NotFoundError(
                "trace.unlinked",
                "no rule that was used links these two addresses",
                hint=f"rules used: {used}",
            )
        return found

    def taint(
        self,
        actor: Actor,
        *,
        ledger: str,
        question: Question,
        purpose: str,
        tell: Tell | None = None,
    ) -> Traced:
        """Tell where tainted value lies.

        Where holders do not fit into memory it goes out of core, and a run that was stopped goes on.

        Raises:
            NotFoundError: ``trace.absent``, ``trace.seed``.
        """
        self._access(actor, purpose)
        with self.ledgers.open(actor.authority, ledger) as opened:
            contents, trail = opened.contents(), follow(opened, question, tell=tell)
            opened.book.keep(self._asked(actor, trail))
        with self.shelves.open(actor.authority) as shelf:
            tags = shelf.of(one.address for one in trail.holdings)
        about = f"{ledger} {trail.ledger} {question.method} {trail.digest}"
        self._told(actor, "trace.taint", about, purpose)
        return Traced(contents=contents, trail=trail, tags=tags)

    def path(
        self,
        actor: Actor,
        *,
        ledger: str,
        question: Question,
        purpose: str,
        targets: Sequence[str] = (),
    ) -> Found:
        """Return the earliest path to each target with their tags; to tagged services, where none is named.

        Raises:
            NotFoundError: ``trace.absent``, ``trace.seed``.
        """
        self._access(actor, purpose)
        require_keyless(targets, where="to")
        with self.shelves.open(actor.authority) as shelf:
            services = () if targets else tuple(tag for tag in shelf.all() if tag.is_service)
        wanted = tuple(targets) or tuple(tag.address for tag in services)
        with self.ledgers.open(actor.authority, ledger) as opened:
            contents = opened.contents()
            found = paths(opened, question, targets=wanted)
        with self.shelves.open(actor.authority) as shelf:
            tags = shelf.of(path.target for path in found)
            digest = paths_digest(question, contents.digest, targets=wanted, found=found)
            leaned = tags if services else ()
            shelf.lean(digest, kind="path", ledger=ledger, tags=leaned, at=self.place.clock.now())
        about = f"{ledger} {contents.digest} {digest} paths={len(found)}"
        self._told(actor, "trace.path", about, purpose)
        return Found(contents=contents, paths=found, tags=tags, digest=digest)

    def report(self, actor: Actor, *, ledger: str, question: Question, purpose: str) -> Report:
        """Return the report of a question by all three methods, with paths to services and kept clusters.

        Raises:
            NotFoundError: ``trace.absent``, ``trace.seed``.
        """
        self._access(actor, purpose)
        with self.shelves.open(actor.authority) as shelf:
            tags, gone = shelf.all(), shelf.gone()
        with self.ledgers.open(actor.authority, ledger) as opened:
            network = opened.contents().network
            here = [tag for tag in tags if tag.network == network]
            was = [one for one in gone if one.tag.network == network]
            made = make_report(opened, question, tags=here, retracted=was, grouping=_kept(opened))
            for trail in made.trails:
                opened.book.keep(self._asked(actor, trail))
        with self.shelves.open(actor.authority) as shelf:
            now = self.place.clock.now()
            shelf.lean(made.digest, kind="report", ledger=ledger, tags=made.tags, at=now)
        self._told(actor, "trace.report", f"{ledger} {made.contents.digest} {made.digest}", purpose)
        return made

    def asked(self, actor: Actor, *, ledger: str, purpose: str) -> tuple[Asked, ...]:
        """Return the questions that were answered from a ledger, the latest first.

        Raises:
            NotFoundError: ``trace.absent``.
        """
        self._access(actor, purpose)
        with self.ledgers.open(actor.authority, ledger) as opened:
            found = opened.book.asked()
        self._told(actor, "trace.asked", f"{ledger} questions={len(found)}", purpose)
        return found

    def moved(self, actor: Actor, *, ledger: str, trace: str | Asked, purpose: str) -> Since:
        """Ask a question again of what was taken in later, and tell what has moved, where, and what remains.

        Args:
            actor: Who asks.
            ledger: Name of the ledger.
            trace: Digest of an answer of this ledger, or its first 8 digits or more; or a question with the
                digest of the inputs that answered it, wherever it was kept.
            purpose: Why.

        Raises:
            NotFoundError: ``trace.absent``, ``trace.unasked``, ``trace.inputs``, ``trace.seed``.
            UntrustedError: ``trace.again``: the answer of then cannot be found again.
        """
        self._access(actor, purpose)
        with self.ledgers.open(actor.authority, ledger) as opened:
            asked = trace if isinstance(trace, Asked) else _named(opened.book.asked(), trace)
            found = moved_since(opened, asked)
            opened.book.keep(self._asked(actor, found.now))
        about = f"{ledger} {asked.inputs} {found.now.ledger} {found.digest}"
        self._told(actor, "trace.moved", about, purpose)
        return found

    def _asked(self, actor: Actor, trail: Trail) -> Asked:
        now = self.place.clock.now()
        return Asked(
            question=trail.question, inputs=trail.ledger, trail=trail.digest, at=now, officer=actor.officer
        )

    def _access(self, actor: Actor, purpose: str) -> None:
        require_access(
            actor, Action.TRACE_ASK, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

    def _told(self, actor: Actor, action: str, about: str, purpose: str) -> None:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action=action, about=about, purpose=purpose, at=now)

    def _decided(self, actor: Actor, action: str, about: str) -> None:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.decision(tx, actor, action=action, about=about, at=now)


def _named(asked: Sequence[Asked], digest: str) -> Asked:
    found = [one for one in asked if len(digest) >= LEAST_DIGITS and one.trail.startswith(digest.lower())]
    if len(found) != 1:
        raise NotFoundError(
            "trace.unasked",
            "no answer of this ledger has this digest",
            hint=f"'comity trace asked' names them; {LEAST_DIGITS} digits or more, of one answer only",
            where=digest[:64],
        )
    return found[0]


def _kept(ledger: Ledger) -> Grouping | None:
    """Return what rules made of a ledger; made again by the same rules where later files came."""
    kept, inputs = ledger.book.grouping(), ledger.contents().digest
    if kept is None or kept.inputs == inputs:
        return kept
    applied = Applied(kept.rules, keeps_mixes=kept.keeps_mixes)
    return ledger.book.group(applied, ledger.spendings(), inputs=inputs)
