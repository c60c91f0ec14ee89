"""What every test stands on: replayable examples, closed sockets, and the shared data where it is at hand."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

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
