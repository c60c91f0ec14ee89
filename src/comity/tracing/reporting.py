"""The report of a trace: inputs, rules, answers and paths, so that another expert gets the same bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.kernel.clock import format_instant
from comity.kernel.digests import sha256
from comity.kernel.ijson import dump_ijson
from comity.tracing.clusters import Grouping
from comity.tracing.ports import Contents, Figures, Ledger
from comity.tracing.questions import Question
from comity.tracing.tags import Gone, Leaned, Tag
from comity.tracing.taint import Method
from comity.tracing.trails import FEES, Path, Trail, follow, paths

MOST_HOLDINGS, MOST_WAYS, MOST_CLUSTERS = 200, 12, 200
"""Addresses told by each method, the largest taint first; those that paths are told for; and clusters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A trace in writing.

    Attributes:
        contents: The ledger it is made from.
        trails: The answer by each method, in the order fifo, haircut, poison.
        paths: The earliest path to each service that was reached, and to the largest haircuts.
        tags: What is said of the addresses in it.
        rules: Rules of the clusters that are kept; empty where none were made.
        links: Digest of these clusters.
        clusters: Addresses in it that rules take for one hand's, with others of it.
        retracted: What was said of the addresses in it and taken back: it counts no more.
    """

    contents: Contents
    trails: tuple[Trail, ...]
    paths: tuple[Path, ...]
    tags: tuple[Tag, ...]
    rules: tuple[str, ...] = ()
    links: str = ""
    clusters: tuple[tuple[str, ...], ...] = ()
    retracted: tuple[Gone, ...] = ()

    def value(self) -> dict[str, object]:
        """Return it as JSON: amounts are texts, times RFC 3339."""
        return {
            "v": 1,
            "network": self.contents.network,
            "asset": self.contents.asset,
            "model": self.contents.model,
            "inputs": self.contents.digest,
            "sources": [
                {"sha256": one.digest, "name": one.name, "form": one.form, "size": one.size}
                for one in self.contents.sources
            ],
            "moves": self.contents.moves,
            "unseen_inputs": self.contents.unseen,
            "trails": [_trail(one) for one in self.trails],
            "paths": [path_value(one) for one in self.paths],
            "tags": [tag_value(one) for one in self.tags],
            "retracted": [gone_value(one) for one in self.retracted],
            "clusters": {
                "rules": list(self.rules),
                "digest": self.links,
                "addresses": [list(one) for one in self.clusters],
            },
        }

    def data(self) -> bytes:
        """Return it as bytes: the same inputs and questions give the same."""
        return dump_ijson(self.value())

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return sha256(self.data()).hex()


def make_report(
    ledger: Ledger,
    question: Question,
    *,
    tags: Sequence[Tag],
    retracted: Sequence[Gone] = (),
    grouping: Grouping | None = None,
) -> Report:
    """Return the report of a question, answered by all three methods.

    Args:
        ledger: Where it is answered.
        question: Its seeds; its method is not looked at.
        tags: Every tag that stands, of the network of the ledger.
        retracted: Every tag of it that was retracted.
        grouping: What rules made of this ledger, where they were applied.

    Raises:
        NotFoundError: ``trace.seed``.
    """
    asked = [
        Question(method=method, seeds=question.seeds, since=question.since, until=question.until)
        for method in Method
    ]
    trails = tuple(follow(ledger, one) for one in asked)
    most = [one.address for one in trails[1].holdings if one.address != FEES][:MOST_WAYS]
    services = {tag.address for tag in tags if tag.is_service}
    ways = paths(ledger, question, targets=services | set(most))
    told = _told(trails, ways)
    return Report(
        contents=ledger.contents(),
        trails=trails,
        paths=ways,
        tags=tuple(tag for tag in tags if tag.address in told),
        rules=grouping.rules if grouping else (),
        links=grouping.digest if grouping else "",
        clusters=tuple(ledger.book.clusters(most=MOST_CLUSTERS, of=told)) if grouping else (),
        retracted=tuple(one for one in retracted if one.tag.address in told),
    )


def path_value(path: Path) -> dict[str, object]:
    """Return a path as JSON."""
    return {
        "target": path.target,
        "whole": path.is_whole,
        "hops": [
            {
                "tx": one.tx,
                "at": format_instant(one.at),
                "from": one.source_address,
                "to": one.target_address,
                "amount": str(one.amount),
            }
            for one in path.hops
        ],
    }


def tag_value(tag: Tag) -> dict[str, object]:
    """Return a tag as JSON."""
    return {
        "address": tag.address,
        "network": tag.network,
        "currency": tag.currency,
        "label": tag.label,
        "category": tag.category,
        "abuse": tag.abuse,
        "actor": tag.actor,
        "source": tag.source,
        "creator": tag.creator,
        "confidence": tag.confidence,
        "lastmod": tag.lastmod,
        "pack": tag.title,
    }


def gone_value(gone: Gone) -> dict[str, object]:
    """Return a tag that was retracted as JSON, with when, by whom and why."""
    return {**tag_value(gone.tag), "retracted": format_instant(gone.at), "by": gone.by, "reason": gone.why}


def leaned_value(leaned: Leaned) -> dict[str, object]:
    """Return an answer that leaned on tags as JSON, with what was retracted of these since."""
    return {
        "digest": leaned.answer,
        "kind": leaned.kind,
        "ledger": leaned.ledger,
        "at": format_instant(leaned.at),
        "tags": leaned.tags,
        "retracted": [gone_value(one) for one in leaned.gone],
    }


def figures_value(figures: Figures) -> dict[str, object]:
    """Return statistics as JSON: amounts are texts."""
    return {
        "transactions": figures.transactions,
        "addresses": figures.addresses,
        "first": None if figures.first is None else format_instant(figures.first),
        "last": None if figures.last is None else format_instant(figures.last),
        "paid": str(figures.paid),
        "made": str(figures.made),
        "fees": str(figures.fees),
        "clusters": figures.clusters,
        "asked": figures.asked,
    }


def trail_value(trail: Trail, *, most: int) -> dict[str, object]:
    """Return an answer as JSON, with so many addresses."""
    question = trail.question
    return {
        "method": question.method.value,
        "seeds": list(question.seeds),
        "since": format_instant(question.since) if question.since is not None else "",
        "until": format_instant(question.until) if question.until is not None else "",
        "inputs": trail.ledger,
        "seed_moves": len(trail.seeds),
        "created": str(trail.created),
        "funded_from_outside": str(trail.funded),
        "addresses": trail.addresses,
        "holdings": [
            {"address": one.address, "balance": str(one.balance), "taint": str(one.taint)}
            for one in trail.holdings[:most]
        ],
        "digest": trail.digest,
    }


def _trail(trail: Trail) -> dict[str, object]:
    return trail_value(trail, most=MOST_HOLDINGS)


def _told(trails: Iterable[Trail], ways: Iterable[Path]) -> frozenset[str]:
    """Return every address that the report names."""
    found = {one.address for trail in trails for one in trail.holdings[:MOST_HOLDINGS]}
    for way in ways:
        for hop in way.hops:
            found |= {hop.source_address, hop.target_address}
    return frozenset(found - {""})
