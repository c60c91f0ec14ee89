"""Functions of 60 lines, modules of 400, classes of 12 public methods at most."""

import pytest

from tests.architecture.budget import (
    EXCEPTIONS,
    Measured,
    measure,
    over_budget,
    read_exceptions,
    stale,
    tree_sizes,
)
from tests.architecture.source import parse, require_clean


def test_tree_keeps_its_budget():
    exceptions = read_exceptions(EXCEPTIONS.read_text(encoding="utf-8"))
    require_clean(over_budget(tree_sizes(), exceptions))


def test_no_exception_outlives_its_need():
    exceptions = read_exceptions(EXCEPTIONS.read_text(encoding="utf-8"))
    require_clean(stale(tree_sizes(), exceptions))


def sizes_of(text):
    return {(m.kind, m.name): m.size for m in measure(parse("comity.made_up", text))}


def test_sizes_are_counted():
    methods = "".join(f"    def m{i}(self): ...\n" for i in range(13))
    text = (
        f"class A:\n    def _p(self): ...\n{methods}def f():\n    def g():\n        return 1\n    return g\n"
    )
    sizes = sizes_of(text)
    assert sizes["class", "comity.made_up.A"] == 13
    assert sizes["function", "comity.made_up.f"] == 4
    assert sizes["function", "comity.made_up.f.g"] == 2
    assert sizes["module", "comity.made_up"] == text.count("\n")


@pytest.mark.parametrize(("kind", "most"), [("function", 60), ("module", 400), ("class", 12)])
def test_one_too_many_is_found(kind, most):
    at, over = Measured(kind=kind, name="a", size=most), Measured(kind=kind, name="a", size=most + 1)
    assert list(over_budget([at], {})) == []
    assert list(over_budget([over], {}))
    assert list(over_budget([over], {(kind, "a"): most + 1})) == []
    assert list(stale([over], {(kind, "a"): most + 1})) == []
    assert list(stale([at], {(kind, "a"): most + 1}))
    assert list(stale([], {(kind, "a"): most + 1}))


def test_an_exception_needs_a_reason():
    row = '[[exception]]\nkind = "module"\nname = "a"\nmost = 500\nreason = "{}"\n'
    assert read_exceptions(row.format("a table that is read whole")) == {("module", "a"): 500}
    with pytest.raises(ValueError, match="no reason"):
        read_exceptions(row.format("long"))
