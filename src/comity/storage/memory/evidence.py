"""Records of packages and custody in memory."""

from dataclasses import replace

from comity.evidence.records import CustodyRecord, Holder, PackageRecord, TouchRecord
from comity.kernel.errors import ConflictError
from comity.kernel.ids import ActId, AuthorityId, CaseId


class MemoryExhibitStore:
    """Packages and custody; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._packages: dict[tuple[AuthorityId, str], PackageRecord] = {}
        self._custody: dict[tuple[AuthorityId, str], list[CustodyRecord]] = {}
        self._touches: dict[tuple[AuthorityId, str], list[TouchRecord]] = {}

    def put_package(self, record: PackageRecord) -> None:
        """Store a record, replacing an older one of the same authority and bag root."""
        self._packages[record.authority, record.bag_root] = record

    def package(self, authority: AuthorityId, bag_root: str) -> PackageRecord | None:
        """Return the record of a package, or None."""
        return self._packages.get((authority, bag_root))

    def delivered(self, authority: AuthorityId, delivery: ActId) -> PackageRecord | None:
        """Return the record of the package of a delivery, or None."""
        for record in self.packages(authority):
            if record.delivery == delivery:
                return record
        return None

    def packages(self, authority: AuthorityId, case: CaseId | None = None) -> tuple[PackageRecord, ...]:
        """Return the records of a case, or all of them, by time and bag root."""
        found = [
            record
            for record in self._packages.values()
            if record.authority == authority and case in (None, record.case)
        ]
        return tuple(sorted(found, key=lambda record: (record.stored_at, record.bag_root)))

    def holders(self, piece_root: str) -> tuple[Holder, ...]:
        """Return which offices of the node have a record of a sealed file, by office and bag root."""
        found = sorted(key for key, record in self._packages.items() if record.piece_root == piece_root)
        return tuple(
            Holder(authority=key[0], bag_root=key[1], live=self._packages[key].header_length > 0)
            for key in found
        )

    def named(self, authority: AuthorityId, prefix: str, *, most: int = 2) -> tuple[str, ...]:
        """Return bag roots that begin with these hexadecimal digits, sorted, so many at most."""
        found = (r.bag_root for r in self._packages.values() if r.authority == authority)
        return tuple(sorted(root for root in found if root.startswith(prefix)))[:most]

    def add_custody(self, record: CustodyRecord) -> None:
        """Append a custody line."""
        lines = self._custody.setdefault((record.authority, record.bag_root), [])
        if record.number != len(lines) + 1:
            raise ConflictError(
                "custody.number", f"the next custody line is {len(lines) + 1}, not {record.number}"
            )
        lines.append(record)

    def custody(self, authority: AuthorityId, bag_root: str) -> tuple[CustodyRecord, ...]:
        """Return the custody lines of a package by number."""
        return tuple(self._custody.get((authority, bag_root), ()))

    def erase_package(self, authority: AuthorityId, bag_root: str) -> bool:
        """Destroy what is kept of its exhibits and pieces; return False when there is no such row."""
        record = self._packages.get((authority, bag_root))
        if record is not None:
            self._packages[authority, bag_root] = replace(record, exhibits=b"", leaves=b"", header_length=0)
        return record is not None

    def add_touch(self, record: TouchRecord) -> None:
        """Append an event."""
        events = self._touches.setdefault((record.authority, record.bag_root), [])
        if record.number != len(events) + 1:
            raise ConflictError(
                "custody.number", f"the next custody event is {len(events) + 1}, not {record.number}"
            )
        events.append(record)

    def touches(self, authority: AuthorityId, bag_root: str) -> tuple[TouchRecord, ...]:
        """Return the events of a package by number."""
        return tuple(self._touches.get((authority, bag_root), ()))
