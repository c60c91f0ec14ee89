"""The officers' door: no plain HTTP beyond the loopback, unless a proxy speaks TLS."""

from dataclasses import replace
from pathlib import Path

import pytest

from comity.bootstrap.doors import is_loopback, pages_door
from comity.cli.toolbox import PagesWish
from comity.config import NodeConfig
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.kernel.realms import Realm

CONFIG = NodeConfig(party="XAA", realm=Realm.PRACTICE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("pages.pem", "pages.key"):
        (tmp_path / name).write_bytes(b"pem")
    return tmp_path


def test_the_loopback_takes_plain_http_and_no_bound_cookies(folder: Path) -> None:
    for host in ("", "127.0.0.1", "::1", "127.9.9.9", "localhost"):
        door = pages_door(folder, CONFIG, PagesWish(host=host))
        assert (door.scheme, door.secure) == ("http", False)
    assert pages_door(folder, CONFIG).address(8400) == "http://127.0.0.1:8400"
    assert pages_door(folder, CONFIG, PagesWish(host="::1")).address(1) == "http://[::1]:1"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "pages.example.org"])
def test_beyond_the_loopback_plain_http_is_refused(folder: Path, host: str) -> None:
    assert not is_loopback(host)
    for config, wish in (
        (CONFIG, PagesWish(host=host)),
        (replace(CONFIG, pages_host=host), PagesWish()),
    ):
        with pytest.raises(DeniedError) as refused:
            pages_door(folder, config, wish)
        assert refused.value.code == "serve.plain"


def test_a_certificate_opens_it_and_binds_the_cookies(folder: Path) -> None:
    configured = replace(CONFIG, pages_host="0.0.0.0", pages_certificate="pages.pem", pages_key="pages.key")
    named = PagesWish(host="0.0.0.0", certificate=str(folder / "pages.pem"), key=str(folder / "pages.key"))
    for door in (pages_door(folder, configured), pages_door(folder, CONFIG, named)):
        assert (door.scheme, door.secure) == ("https", True)
        assert (door.certificate, door.key) == (folder / "pages.pem", folder / "pages.key")


def test_behind_a_proxy_cookies_are_bound_though_we_speak_plain_http(folder: Path) -> None:
    for config, wish in (
        (replace(CONFIG, pages_host="10.1.2.3", behind_proxy=True), PagesWish()),
        (CONFIG, PagesWish(host="10.1.2.3", behind_proxy=True)),
        (CONFIG, PagesWish(behind_proxy=True)),
    ):
        door = pages_door(folder, config, wish)
        assert (door.scheme, door.secure) == ("http", True)


def test_a_certificate_without_its_key_or_without_its_file_is_refused(folder: Path) -> None:
    with pytest.raises(MalformedError) as half:
        pages_door(folder, replace(CONFIG, pages_certificate="pages.pem"))
    assert half.value.code == "serve.tls"
    with pytest.raises(NotFoundError) as absent:
        pages_door(folder, replace(CONFIG, pages_certificate="other.pem", pages_key="pages.key"))
    assert absent.value.code == "serve.no_file"
