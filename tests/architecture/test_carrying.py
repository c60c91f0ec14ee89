"""No path of a machine and no registry stands in the repository."""

import pytest

from tests.architecture.carrying import carried_files, readable, traces
from tests.architecture.source import ROOT, require_clean


def test_tree_carries_nothing_of_one_machine():
    files = carried_files(ROOT)
    assert ROOT / "pyproject.toml" in files
    require_clean(line for p in files for line in traces(str(p.relative_to(ROOT)), readable(p)))


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "work/main/src",
        "cd /" + "root/x",
        "https://py" + "pi.org/simple",
        "http://files.python" + "hosted.org/",
        "registry." + "npmjs.org",
        "--index-url" + " https://a.example/simple",
        "/opt/" + "wheels",
    ],
)
def test_trace_is_found(line):
    assert list(traces("a", f"fine\n{line}\n"))


def test_plain_words_pass():
    text = "PyPI, a root of trust, ./root/key, work/main, /tmp and https://www.unodc.org/ are fine\n"
    assert list(traces("a", text)) == []
