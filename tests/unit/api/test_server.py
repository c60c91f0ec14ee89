"""The server in this process: ports, certificates, and a clean stop."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading

import httpx2
import pytest

from comity.api.server import Listener, serve, serve_all
from comity.engines.system import SystemClock
from comity.kernel.errors import UnavailableError
from comity.transport.certificate import make_certificate

pytestmark = pytest.mark.network


arrived = threading.Event()


async def app(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        arrived.set()
        await asyncio.sleep(60)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def running():
    """Yield a starter of plain servers; stop them all."""
    stop, threads = threading.Event(), []

    def start(count=1):
        up, ports = threading.Event(), []

        def ready(found):
            ports.extend(found)
            up.set()

        listeners = [Listener(app=app, host="127.0.0.1", port=0) for _ in range(count)]
        thread = threading.Thread(target=serve_all, args=(listeners,), kwargs={"ready": ready, "stop": stop})
        thread.start()
        threads.append(thread)
        assert up.wait(20)
        return ports, thread

    start.stop = stop
    yield start
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def _get(port, path="/"):
    return httpx2.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=20)


def test_several_addresses_are_served_at_once(running):
    ports, _ = running(2)
    assert len(set(ports)) == 2
    assert [_get(port).text for port in ports] == ["ok", "ok"]


def test_a_port_in_use_is_told(running):
    (port,), _ = running()
    with pytest.raises(UnavailableError) as caught:
        serve(
            app,
            host="127.0.0.1",
            port=port,
            certificate=None,
            key=None,
            ready=lambda: None,
            stop=threading.Event(),
        )
    assert caught.value.code == "serve.port"
    assert "another program" in str(caught.value)
    assert caught.value.hint


def test_an_address_of_another_machine_is_told():
    listener = Listener(app=app, host="203.0.113.9", port=0)
    with pytest.raises(UnavailableError, match="cannot be listened on"):
        serve_all([listener], ready=lambda _ports: None, stop=threading.Event())


@pytest.mark.parametrize("fault", ["certificate", "key", "other key", "absent"])
def test_files_that_do_not_fit_are_told(tmp_path, fault):
    made, other = (make_certificate("127.0.0.1", now=SystemClock().now()) for _ in range(2))
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(b"no" if fault == "certificate" else made.certificate_pem)
    if fault != "absent":
        key.write_bytes({"key": b"no", "other key": other.key_pem}.get(fault, made.key_pem))
    with pytest.raises(UnavailableError) as caught:
        serve(
            app,
            host="127.0.0.1",
            port=0,
            certificate=certificate,
            key=key,
            ready=lambda: None,
            stop=threading.Event(),
        )
    assert caught.value.code == "serve.certificate"


def test_tls_takes_both_files(tmp_path):
    with pytest.raises(ValueError, match="TLS"):
        Listener(app=app, host="127.0.0.1", port=0, certificate=tmp_path)


def test_an_open_request_does_not_hold_up_the_stop(running, capfd):
    (port,), thread = running()
    answers = []
    arrived.clear()
    asking = threading.Thread(target=lambda: answers.append(_get(port, "/slow").status_code))
    asking.start()
    assert arrived.wait(20)
    running.stop.set()
    thread.join(10)
    assert not thread.is_alive()
    asking.join(10)
    assert answers == [500]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))
    assert capfd.readouterr() == ("", "")


PROGRAM = """
import threading
from comity.api.server import serve
from tests.unit.api.test_server import app
serve(app, host="127.0.0.1", port=0, certificate=None, key=None,
      ready=lambda: print("ready", flush=True), stop=threading.Event())
print("ended", flush=True)
"""


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_and_nothing_is_left(name):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(name)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "ended\n", "")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
