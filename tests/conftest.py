"""What every test stands on: replayable examples, closed sockets, and the shared data where it is at hand."""

import gc
import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# jsonschema makes 39 grammars of IRIs when it is imported, four seconds in every process, if this is there;
# no schema here asks for an IRI, and URIs are judged without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

gc.set_threshold(100_000, 20, 100)

settings.register_profile(
    "replay",  # the same examples on every run and every machine
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("replay"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("COMITY_HYPOTHESIS", "replay"))


def pytest_collection_finish():
    """Leave what was collected out of every later search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure():
    """Let the end of the process find what was left out."""
    gc.unfreeze()


def pytest_make_parametrize_id(val, argname):
    """Name bytes by their argument: made bytes may hold a time, and every worker must find the same tests."""
    return argname if isinstance(val, bytes) and len(val) > 16 else None


class SocketClosedError(AssertionError):
    """A test that is not marked ``network`` tried to reach out."""


@pytest.fixture(autouse=True)
def closed_sockets(request, monkeypatch):
    """Refuse every connection, unless the test is marked ``network``."""
    if request.node.get_closest_marker("network"):
        return

    def refuse(_self, *_arguments, **_more):
        raise SocketClosedError(
            "this test may not use sockets; mark it with pytest.mark.network if it has to"
        )

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)


@pytest.fixture(scope="session")
def shared():
    """Return the folder of shared data (``COMITY_SHARED``, else ``../shared``); skip where there is none."""
    folder = Path(os.environ.get("COMITY_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("no shared data here; name its folder in COMITY_SHARED")
    return folder


@pytest.fixture(scope="session")
def object_server():
    """A real S3 server on the loopback."""
    from tests import objectstore

    with objectstore.started() as server:
        yield server


@pytest.fixture
def object_payloads(object_server):
    """Return what makes payloads under a new prefix of the S3 server."""
    return object_server.payloads
