import ast
from collections.abc import Iterable
from pathlib import Path

from comity.requests.codes import SEVERITIES
from comity.requests.procedure import PROCEDURE_SEVERITIES

ROOM = Path(__file__).parents[3] / "src/comity/requests"
AT_HOME = (ROOM / "procedure.py", ROOM / "lifting.py")
"""Judge the facts of a case and no form, by a register of their own."""


def raised(paths: Iterable[Path]) -> set[str]:
    """Return every literal first argument of found() and _wrong() in modules of the room."""
    codes: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("found", "_wrong")
            ):
                for constant in ast.walk(node.args[0]):
                    if isinstance(constant, ast.Constant):
                        codes.add(constant.value)
    return codes


def test_the_register_lists_every_code_that_is_raised_and_no_other() -> None:
    dynamic = {"field.missing", "kind.unknown"}  # chosen by read_form before the call
    assert raised(path for path in ROOM.glob("*.py") if path not in AT_HOME) | dynamic == set(SEVERITIES)
    assert raised(AT_HOME) == set(PROCEDURE_SEVERITIES)


def test_no_finding_is_made_past_the_register() -> None:
    for path in ROOM.glob("*.py"):
        if path.name != "codes.py" and path not in AT_HOME:
            assert "Finding(" not in path.read_text("utf-8"), path.name
