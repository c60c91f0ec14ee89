"""The picture of a trace: boxes in columns by how many payments lie before them, and arrows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.tracing.ports import Moved
from comity.tracing.reporting import Report

MOST_BOXES = 60
"""More than so many boxes on a page help nobody; the rest is in the report."""
SEED, SERVICE, STEP = "seed", "service", "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An address.

    Attributes:
        address: The address; what newly made coins of accounts come from is ``made:``.
        column: How many payments lie before it.
        row: Its place in the column, from 0.
        role: ``seed``, ``service`` or ``step``.
        label: What a tag says, as written; empty without one.
        taint: Units tainted there by haircut; None where it holds none.
    """

    address: str
    column: int
    row: int
    role: str
    label: str
    taint: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A payment.

    Attributes:
        source: Who paid.
        target: Who was paid.
        amount: In the smallest unit.
        tx: Transaction.
        at: When.
    """

    source: str
    target: str
    amount: int
    tx: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Boxes and arrows, and how many boxes were left out."""

    network: str
    asset: str
    inputs: str
    report: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int


def draw(report: Report) -> Picture:
    """Return the picture of a report; the same report gives the same picture."""
    chains = [list(_payments(path.hops)) for path in report.paths]
    columns: dict[str, int] = {}
    arrows: dict[tuple[str, str, str], Arrow] = {}
    seeds: set[str] = set()
    for chain in chains:
        seeds.update(arrow.target for arrow in chain[:1])
        at = 0
        for arrow in chain:
            if arrow.source:
                arrows.setdefault((arrow.tx, arrow.source, arrow.target), arrow)
                columns.setdefault(arrow.source, at)
                at += 1
            columns[arrow.target] = min(columns.get(arrow.target, at), at)
    kept = sorted(columns, key=lambda address: (columns[address], address))[:MOST_BOXES]
    labels = {tag.address: tag for tag in reversed(report.tags)}
    taint = {one.address: one.taint for one in report.trails[1].holdings} if report.trails else {}
    rows: dict[int, int] = {}
    boxes = []
    for address in kept:
        column = columns[address]
        row = rows[column] = rows.get(column, -1) + 1
        tag = labels.get(address)
        role = SEED if address in seeds else SERVICE if tag is not None and tag.is_service else STEP
        boxes.append(
            Box(
                address=address,
                column=column,
                row=row,
                role=role,
                label=tag.label if tag else "",
                taint=taint.get(address),
            )
        )
    here = set(kept)
    return Picture(
        network=report.contents.network,
        asset=report.contents.asset,
        inputs=report.contents.digest,
        report=report.digest,
        boxes=tuple(boxes),
        arrows=tuple(one for one in arrows.values() if one.source in here and one.target in here),
        left_out=len(columns) - len(kept),
    )


def _payments(hops: Iterable[Moved]) -> Iterator[Arrow]:
    """Return hops from address to address; a transaction between two of them is drawn as one arrow.

    Who paid into the transaction of a seed is not part of the way, so its source is empty.
    """
    source = ""
    for hop in hops:
        source = hop.source_address or source
        if hop.target_address:
            yield Arrow(
                source=source,
                target=hop.target_address,
                amount=hop.amount,
                tx=hop.tx,
                at=hop.at,
            )
            source = hop.target_address
