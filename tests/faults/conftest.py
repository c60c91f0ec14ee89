"""One template for all schedules of a process, and the warm process that forks their nodes."""

import pytest

from tests.faults.founding import MIB, found
from tests.faults.stage import Stage, Zygote, cast

PACKAGE = 3 * MIB + 77


@pytest.fixture(scope="session")
def zygote():
    """The warm process; it ends, with all its children, when the tests do."""
    made = Zygote()
    yield made
    made.close()


@pytest.fixture(scope="session")
def stage(tmp_path_factory, zygote):
    """Two nodes with a case between them, and a small package that is sealed and not delivered."""
    template, sides = tmp_path_factory.mktemp("template"), cast()
    found(template, sides, zygote, exhibit_bytes=PACKAGE)
    return Stage(template, sides, zygote)
