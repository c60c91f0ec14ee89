"""No module is called utils, helpers, common, misc, base, manager, handlers or types."""

from pathlib import Path

import pytest

from tests.architecture.naming import empty_names, half_packages
from tests.architecture.source import SRC, require_clean


def tree():
    return [p.relative_to(SRC) for p in sorted(SRC.rglob("*.py"))]


@pytest.mark.parametrize("rule", [empty_names, half_packages])
def test_tree_is_clean(rule):
    require_clean(rule(tree()))


@pytest.mark.parametrize(
    "name", ["utils.py", "_types.py", "helpers/a.py", "base.py", "manager.py", "common/b.py"]
)
def test_empty_name_is_found(name):
    assert list(empty_names([Path("comity/cases") / name]))


def test_telling_name_passes():
    assert list(empty_names([Path("comity/cases/basis.py"), Path("comity/kernel/__init__.py")])) == []


def test_half_package_is_found():
    whole = [Path("comity/a/__init__.py"), Path("comity/a/b.py"), Path("comity/a/data/verify.py")]
    assert list(half_packages(whole)) == []
    assert list(half_packages(whole[1:]))
