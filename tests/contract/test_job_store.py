"""What every store of jobs does."""

import pytest

from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId
from comity.node.ports import Job, JobStore, Transaction

DESK = AuthorityId("XAA/contact-point")


@pytest.fixture
def jobs(tx: Transaction) -> JobStore:
    return tx.jobs


def job(key: str, *, kind: str = "send", due: int = 10, attempts: int = 0) -> Job:
    return Job(key=key, authority=DESK, kind=kind, payload=key.encode(), due=Instant(due), attempts=attempts)


def claim(jobs: JobStore, now: int, *kinds: str) -> Job | None:
    return jobs.claim(kinds or ("send",), now=Instant(now), lease=100)


def test_one_key_is_one_job_also_when_done(jobs: JobStore) -> None:
    assert jobs.put(job("a"))
    assert not jobs.put(job("a", due=1))
    assert jobs.open() == (job("a"),)
    jobs.finish("a")
    assert jobs.open() == ()
    assert not jobs.put(job("a"))
    jobs.finish("a")


def test_the_job_longest_due_comes_first(jobs: JobStore) -> None:
    for item in (job("late", due=30), job("b", due=20), job("a", due=20), job("other", kind="x", due=1)):
        jobs.put(item)
    assert claim(jobs, 19) is None
    assert [found.key for found in (claim(jobs, 30), claim(jobs, 30), claim(jobs, 30)) if found] == [
        "a",
        "b",
        "late",
    ]
    assert claim(jobs, 30) is None
    assert claim(jobs, 30, "x", "send") == job("other", kind="x", due=1, attempts=1)
    assert jobs.claim((), now=Instant(500), lease=1) is None


def test_a_lease_keeps_others_away_until_it_ends(jobs: JobStore) -> None:
    jobs.put(job("a"))
    assert claim(jobs, 10) == job("a", attempts=1)
    assert claim(jobs, 109) is None
    assert claim(jobs, 110) == job("a", attempts=2)


def test_a_job_given_back_waits_for_its_new_time(jobs: JobStore) -> None:
    jobs.put(job("a"))
    claim(jobs, 10)
    jobs.retry("a", due=Instant(50))
    assert claim(jobs, 49) is None
    assert claim(jobs, 50) == job("a", due=50, attempts=2)


def test_open_jobs_come_by_time(jobs: JobStore) -> None:
    for item in (job("b", due=2), job("c", due=1), job("a", due=2)):
        jobs.put(item)
    assert [item.key for item in jobs.open()] == ["c", "a", "b"]


def test_jobs_never_heard_of_are_not_found(jobs: JobStore) -> None:
    with pytest.raises(NotFoundError):
        jobs.finish("a")
    with pytest.raises(NotFoundError):
        jobs.retry("a", due=Instant(1))
    jobs.put(job("a"))
    jobs.finish("a")
    with pytest.raises(NotFoundError):
        jobs.retry("a", due=Instant(1))
