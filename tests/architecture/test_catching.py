"""Errors are raised with a stable code and caught by name."""

import pytest

from tests.architecture.catching import blanket_ignores, broad_catches, error_codes
from tests.architecture.source import carried_scripts, modules, parse, require_clean


@pytest.mark.parametrize("rule", [broad_catches, blanket_ignores, error_codes])
def test_tree_is_clean(rule):
    require_clean(line for module in modules() for line in rule(module))


def test_carried_scripts_catch_by_name():
    assert [
        line for module in carried_scripts() for line in (*broad_catches(module), *blanket_ignores(module))
    ] == []


@pytest.mark.parametrize(
    "caught", ["", " Exception", " BaseException as e", " (ValueError, Exception)", " builtins.Exception"]
)
def test_broad_catch_is_found(caught):
    text = f"try:\n    pass\nexcept{caught}:\n    pass\n"
    assert list(broad_catches(parse("comity.storage.made_up", text)))
    assert list(broad_catches(parse("comity.__main__", text))) == []


def test_broad_suppress_is_found():
    assert list(
        broad_catches(parse("comity.storage.made_up", "with contextlib.suppress(Exception):\n    pass\n"))
    )
    assert (
        list(broad_catches(parse("comity.storage.made_up", "with contextlib.suppress(OSError):\n    pass\n")))
        == []
    )


def test_named_catch_passes():
    text = "try:\n    pass\nexcept (ValueError, KeyError):\n    pass\n"
    assert list(broad_catches(parse("comity.storage.made_up", text))) == []


@pytest.mark.parametrize("mark", ["type: ignore", "noqa", "pragma: no cover", "TODO later", "FIXME"])
def test_blanket_ignore_is_found(mark):
    assert list(blanket_ignores(parse("comity.made_up", f"a = 1  # {mark}\n")))


def test_named_ignore_passes():
    text = 'a = 1  # type: ignore[misc]\nb = 2  # noqa: S311\nc = "# type: ignore"\n'
    assert list(blanket_ignores(parse("comity.made_up", text))) == []


@pytest.mark.parametrize(
    "arguments",
    [
        '"bad"',
        '"Act.Seq"',
        '"act seq"',
        "3",
        'f"act.{x}"',
        '"act.seq", "it ended."',
        '"act.seq", f"{x} ended."',
    ],
)
def test_bad_error_is_found(arguments):
    assert list(error_codes(parse("comity.made_up", f"raise errors.ConflictError({arguments})\n")))


def test_good_error_passes():
    text = (
        'raise ConflictError("act.seq", f"two acts are number {x}", hint="Stop.")\nraise DeniedError(code)\n'
    )
    assert list(error_codes(parse("comity.made_up", text))) == []
