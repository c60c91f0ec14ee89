"""What stands against the destruction of a package: a hold, its retention, its return, a case that runs."""

from collections.abc import Iterator, Sequence

from comity.cases.desk import CaseReader
from comity.evidence.limits import AtEnd
from comity.evidence.records import PackageRecord
from comity.evidence.touches import Touched, gone_by, holds_in_force
from comity.kernel.clock import Instant
from comity.kernel.findings import Assessment, Finding, Severity
from comity.kernel.ids import AuthorityId
from comity.kernel.realms import Realm
from comity.node.custodybook import touches_of
from comity.node.packages import package_terms
from comity.node.ports import Transaction


def destruction_findings(
    tx: Transaction,
    authority: AuthorityId,
    bag_roots: Sequence[str],
    *,
    realm: Realm,
    now: Instant,
    reader: CaseReader | None,
) -> Assessment:
    """Return the findings on destroying these packages now.

    Args:
        tx: The caller's transaction.
        authority: Whose packages.
        bag_roots: Full roots.
        realm: Of the node.
        now: When.
        reader: Reads the cases; None to leave aside whether the case still runs.

    Basis: 36(2), 40(19); PROTOCOL 25
    """
    found: list[Finding] = []
    for bag_root in bag_roots:
        record = tx.evidence.package(authority, bag_root)
        if record is not None:
            found += _findings(tx, record, realm=realm, now=now, reader=reader)
    return Assessment.of(found)


def _findings(
    tx: Transaction, record: PackageRecord, *, realm: Realm, now: Instant, reader: CaseReader | None
) -> Iterator[Finding]:
    place = f"/packages/{record.bag_root}"
    touches = touches_of(
        tx, record.authority, Touched(realm=realm, case=record.case, bag_root=record.bag_root)
    )
    for hold in holds_in_force(touches):
        yield Finding(
            code="destroy.held",
            severity=Severity.BLOCKS,
            basis="36(2)",
            field=place,
            parameters={"officer": hold.officer, "number": hold.number},
        )
    _, limits = package_terms(tx, record.authority, record)
    if limits is not None and now < limits.retain_until:
        yield Finding(
            code="destroy.retention",
            severity=Severity.DECIDE,
            basis="36(2)",
            field=place,
            parameters={"retain_until": limits.retain_until},
        )
    if limits is not None and limits.at_end is AtEnd.RETURN and not record.own and gone_by(touches) is None:
        yield Finding(code="destroy.return", severity=Severity.DECIDE, basis="36(2)", field=place)
    if reader is not None and record.case is not None and not reader.state(tx, record.case).closed:
        yield Finding(code="destroy.case_runs", severity=Severity.DECIDE, basis="40(19)", field=place)
