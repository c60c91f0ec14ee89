"""Jobs in memory."""

from collections.abc import Sequence
from dataclasses import replace

from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.node.ports import Job


class MemoryJobStore:
    """Work that is due; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._open: dict[str, Job] = {}
        self._leases: dict[str, int] = {}
        self._done: dict[str, Job] = {}

    def put(self, job: Job) -> bool:
        """Add the job; return False when its key is known, done or not."""
        if job.key in self._open or job.key in self._done:
            return False
        self._open[job.key] = job
        return True

    def claim(self, kinds: Sequence[str], *, now: Instant, lease: int) -> Job | None:
        """Return the job longest due that no running lease holds, leased."""
        due = [
            job
            for job in self._open.values()
            if job.kind in kinds and job.due <= now and self._leases.get(job.key, 0) <= now
        ]
        if not due:
            return None
        job = min(due, key=lambda item: (item.due, item.key))
        claimed = replace(job, attempts=job.attempts + 1)
        self._open[job.key] = claimed
        self._leases[job.key] = now + lease
        return claimed

    def finish(self, key: str) -> None:
        """Mark the job done; it stays known by its key."""
        if key in self._open:
            self._done[key] = self._open.pop(key)
        elif key not in self._done:
            raise _unknown(key)

    def retry(self, key: str, *, due: Instant) -> None:
        """Give the job back, not to be claimed before ``due``."""
        if key not in self._open:
            raise _unknown(key)
        self._open[key] = replace(self._open[key], due=due)
        self._leases.pop(key, None)

    def open(self) -> tuple[Job, ...]:
        """Return the jobs that are not done, by due time."""
        return tuple(sorted(self._open.values(), key=lambda job: (job.due, job.key)))


def _unknown(key: str) -> NotFoundError:
    return NotFoundError("job.unknown", f"no open job {key[:80]!r}")
