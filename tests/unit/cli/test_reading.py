import shlex

import pytest

from comity.cli.problems import UsageError
from comity.cli.reading import read_arguments
from comity.cli.table import COMMANDS, SECTIONS


def test_longest_command_wins():
    assert read_arguments(["act", "approve", "12345678", "--reason", "yes"]).command.name == "act approve"
    assert read_arguments(["act", "case.close", "--case", "12345678", "--form", "f"]).command.name == "act"


@pytest.mark.parametrize(
    "line",
    [
        "--json --node d request show 12345678 --purpose p",
        "request --node=d --json show 12345678 --purpose=p",
        "request show --node d 12345678 --purpose p --json",
    ],
)
def test_global_options_stand_anywhere(line):
    invocation = read_arguments(line.split())
    assert invocation.command.name == "request show"
    assert invocation.options.text("node") == "d"
    assert invocation.options.text("act") == "12345678"
    assert invocation.options.text("purpose") == "p"
    assert invocation.options.flag("json")


def test_sources_may_stand_on_both_sides_of_an_option():
    options = read_arguments(
        ["evidence", "seal", "a", "-o", "x", "b", "--to", "XAB", "--to", "age1q"]
    ).options
    assert options.many("source") == ("a", "b")
    assert options.many("to") == ("XAB", "age1q")


def test_what_follows_two_dashes_is_never_an_option():
    options = read_arguments(["evidence", "seal", "-o", "x", "--", "--json", "-o"]).options
    assert options.many("source") == ("--json", "-o")
    assert not options.flag("json")


def test_a_value_that_looks_like_a_command_is_a_value():
    invocation = read_arguments(["--as", "request", "case", "list"])
    assert invocation.command.name == "case list"
    assert invocation.options.text("officer") == "request"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("treaty show", "usage.unknown_command"),
        ("request chek form.json", "usage.unknown_command"),
        ("request check", "usage.missing"),
        ("request check f --side both", "usage.choice"),
        ("request check f --side requesting --color", "usage.unknown_option"),
        ("request check f g --side requesting", "usage.unknown_option"),
        ("request check f --side", "usage.syntax"),
        ("request check f --sid requesting", "usage.unknown_option"),
        ("case list --json=yes", "usage.syntax"),
        ("officer add x", "usage.missing"),
    ],
)
def test_what_cannot_be_understood(line, code):
    with pytest.raises(UsageError) as caught:
        read_arguments(line.split())
    assert caught.value.code == code
    assert caught.value.exit_code == 2


def test_help_wants_nothing_else():
    invocation = read_arguments(["request", "check", "--help"])
    assert invocation.wants_help
    assert invocation.command.name == "request check"
    assert read_arguments([]).wants_help
    assert read_arguments(["request"]).words == ("request",)
    assert read_arguments(["--version"]).wants_version


@pytest.mark.parametrize("value", ["-1", "80a", "٨٠", "1234567", ""])
def test_numbers_are_checked(value):
    options = read_arguments(["serve", "d", f"--port={value}"]).options
    if value:
        with pytest.raises(UsageError):
            options.port("port")
    else:
        assert options.port("port") is None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.key)
def test_every_command_is_found_and_its_example_parses(command):
    invocation = read_arguments(shlex.split(command.example))
    assert invocation.command is command
    assert command.section in SECTIONS


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.key)
def test_code_of_every_command_exists(command):
    from importlib import import_module

    module, _, name = command.code.partition(":")
    assert callable(getattr(import_module(f"comity.cli.{module}"), name))


def test_no_command_twice():
    assert len({command.words for command in COMMANDS}) == len(COMMANDS)
