"""Settings and the journal in memory."""

from comity.kernel.ids import AuthorityId
from comity.node.ports import ReadEntry


class MemoryNodeStore:
    """Settings and the journal; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._settings: dict[str, bytes] = {}
        self._journal: list[ReadEntry] = []

    def setting(self, name: str) -> bytes | None:
        """Return a stored value, or None."""
        return self._settings.get(name)

    def put_setting(self, name: str, value: bytes) -> None:
        """Store a value under a name, replacing an older one."""
        self._settings[name] = value

    def names(self, prefix: str) -> tuple[str, ...]:
        """Return the names of all values that begin with a prefix, sorted."""
        return tuple(sorted(name for name in self._settings if name.startswith(prefix)))

    def put_entry(self, entry: ReadEntry) -> None:
        """Keep what a leaf of the national log commits to."""
        self._journal.append(entry)

    def journal(self, authority: AuthorityId, *, newest: int = 1000) -> tuple[ReadEntry, ...]:
        """Return the newest entries of an authority, newest first."""
        mine = [entry for entry in reversed(self._journal) if entry.authority == authority]
        return tuple(mine[:newest])
