"""The tasks of the fast lanes as an office keeps them: each until somebody did it.

What they are and how their hours are reckoned is in :mod:`comity.requests.lanes`.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.ports import Transaction
from comity.requests.lanes import MOST_WORDS, Task


def tasks_of(tx: Transaction, authority: AuthorityId) -> tuple[Task, ...]:
    """Return every task of an office, open ones first, those due first."""
    return tuple(sorted(_kept(tx, authority), key=lambda task: (not task.is_open, task.due, task.id)))


def keep_task(tx: Transaction, authority: AuthorityId, task: Task) -> None:
    """Keep a task, in place of what was kept of it before."""
    tx.node.put_setting(f"lane/{authority}/task/{task.id}", dump_ijson(msgspec.to_builtins(task)))


def require_words(words: str) -> str:
    """Return what a person says about what was done; raise MalformedError ``duty.words`` for nothing."""
    if not words.strip() or "\0" in words:
        raise MalformedError("duty.words", "say in a few words what was done", where="--words")
    return words.strip()[:MOST_WORDS]


def _kept(tx: Transaction, authority: AuthorityId) -> Iterator[Task]:
    for name in tx.node.names(f"lane/{authority}/task/"):
        data: Any = tx.node.setting(name)
        if data is not None:
            yield msgspec.convert(parse_ijson(data), Task)
