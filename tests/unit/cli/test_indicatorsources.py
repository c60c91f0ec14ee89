"""Several sources are pulled in turn: one that cannot be read hinders none of the others, and is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from comity.cli.indicatorsources import pull
from comity.kernel.errors import DeniedError
from comity.node.pulling import Pulled


def context(name: str) -> Any:
    def pulled(_actor: object, *, name: str, **_told: object) -> Pulled:
        if name == "closed":
            raise DeniedError("sources.refused", "the source turns us away", hint="look at the key")
        return Pulled(
            source=name,
            pages=1,
            items=3,
            added=2,
            renewed=0,
            same=0,
            held=0,
            refusals=1,
            refused=(("a", "b"),),
        )

    def listed(_actor: object) -> list[Any]:
        return [SimpleNamespace(record=SimpleNamespace(name=one)) for one in ("closed", "open")]

    @contextmanager
    def seated() -> Iterator[Any]:
        yield SimpleNamespace(sources=SimpleNamespace(pull=pulled, list=listed)), object()

    return SimpleNamespace(
        toolbox=SimpleNamespace(indicators=lambda: SimpleNamespace(reach=None, judge=None)),
        options=SimpleNamespace(text=lambda _name: name),
        seated=seated,
        wants_json=True,
        say=lambda line, **told: f"{line} {told['name']}",
    )


def test_a_source_that_is_closed_hinders_no_other() -> None:
    reply = pull(context(""))
    values: Any = reply.value
    assert reply.exit_code == DeniedError.exit_code != 0
    assert [one["source"] for one in values] == ["closed", "open"]
    assert (values[0]["problem"]["code"], values[1]["added"]) == ("sources.refused", 2)
    assert reply.lines == ("line.sources.failed closed", "line.sources.pulled open", "  a  b")


def test_the_one_that_is_named_is_an_error() -> None:
    with pytest.raises(DeniedError):
        pull(context("closed"))
    assert pull(context("open")).exit_code == 0
