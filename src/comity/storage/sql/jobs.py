"""The jobs table: written in the transaction of its cause, claimed by lease."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.node.ports import Job
from comity.storage.sql import tables as t
from comity.storage.sql.statements import Row, Rows, Statement, insert_new

_J = t.JOB.c
_COLUMNS = (_J.name, _J.authority, _J.kind, _J.payload, _J.due, _J.attempts)
_NAMED = _J.name == bindparam("job")

_DUE = (
    select(*_COLUMNS)
    .where(
        _J.done == 0,
        _J.kind == bindparam("of_kind"),
        _J.due <= bindparam("now"),
        _J.leased_until <= bindparam("now"),
    )
    .order_by(_J.due, _J.name)
    .limit(1)
)

_PUT = insert_new(t.JOB)
# Workers claim, finish and give back beside each other: on a server each waits for rows only.
_FIRST = Statement(_DUE, alone=True)
_TAKE = Statement(_DUE.with_for_update(skip_locked=True), alone=True)
_LEASE = Statement(
    update(t.JOB).values(attempts=_J.attempts + 1, leased_until=bindparam("until")).where(_NAMED), alone=True
)
_FINISH = Statement(update(t.JOB).values(done=1, leased_until=0).where(_NAMED), alone=True)
_RETRY = Statement(
    update(t.JOB).values(due=bindparam("later"), leased_until=0).where(_NAMED, _J.done == 0), alone=True
)
_OPEN = Statement(select(*_COLUMNS).where(_J.done == 0).order_by(_J.due, _J.name))


class SqlJobStore:
    """Work that is due, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put(self, job: Job) -> bool:
        """Add the job; return False when its key is known, done or not."""
        row = (job.key, job.authority, job.kind, job.payload, job.due, job.attempts, 0, 0)
        return self._rows.put(_PUT, row) > 0

    def claim(self, kinds: Sequence[str], *, now: Instant, lease: int) -> Job | None:
        """Return the job longest due that no running lease holds, leased."""
        found = [self._rows.one(_FIRST, of_kind=kind, now=now) for kind in dict.fromkeys(kinds)]
        due = [_job(row) for row in found if row is not None]
        for first in sorted(due, key=lambda item: (item.due, item.key)):
            row = self._rows.one(_TAKE, of_kind=first.kind, now=now)
            if row is not None:
                job = _job(row)
                self._rows.run(_LEASE, job=job.key, until=now + lease)
                return _claimed(job)
        return None

    def finish(self, key: str) -> None:
        """Mark the job done; it stays known by its key."""
        if not self._rows.run(_FINISH, job=key):
            raise _unknown(key)

    def retry(self, key: str, *, due: Instant) -> None:
        """Give the job back, not to be claimed before ``due``."""
        if not self._rows.run(_RETRY, job=key, later=due):
            raise _unknown(key)

    def open(self) -> tuple[Job, ...]:
        """Return the jobs that are not done, by due time."""
        return tuple(_job(row) for row in self._rows.all(_OPEN))


def _job(row: Row) -> Job:
    key, authority, kind, payload, due, attempts = row
    return Job(key=key, authority=authority, kind=kind, payload=payload, due=due, attempts=attempts)


def _claimed(job: Job) -> Job:
    return Job(
        key=job.key,
        authority=job.authority,
        kind=job.kind,
        payload=job.payload,
        due=job.due,
        attempts=job.attempts + 1,
    )


def _unknown(key: str) -> NotFoundError:
    return NotFoundError("job.unknown", f"no open job {key[:80]!r}")
