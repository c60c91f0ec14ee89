"""Addresses of stores: paths, servers, no passwords; and a core that runs without the driver."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity.kernel.errors import MalformedError, UnavailableError
from comity.storage.sql.address import ServerAddress, is_server, parse_server
from comity.storage.sql.migrations.runner import migrate
from comity.storage.sql.store import create_store, open_store

SOURCE = Path(__file__).parents[3] / "src"


@pytest.mark.parametrize(
    ("address", "dsn", "schema"),
    [
        ("postgresql://u@h:5432/db", "postgresql://u@h:5432/db", "comity"),
        ("postgres://h/db?schema=two", "postgres://h/db", "two"),
        ("postgresql:///db?host=%2Frun%2Fpg&schema=a_1", "postgresql:///db?host=%2Frun%2Fpg", "a_1"),
        (
            "postgresql://h1:1,h2:2/db?sslmode=verify-full",
            "postgresql://h1:1,h2:2/db?sslmode=verify-full",
            "comity",
        ),
    ],
)
def test_an_address_names_database_and_schema(address: str, dsn: str, schema: str) -> None:
    assert is_server(address)
    assert parse_server(address) == ServerAddress(dsn=dsn, schema=schema)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:secret@h/db",
        "postgresql://u:@h/db",
        "postgresql://h/db?password=secret",
        "postgresql://h/db?user=u&sslpassword=secret",
    ],
)
def test_a_password_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_server(address)
    assert caught.value.code == "store.address"
    assert "pgpass" in caught.value.hint
    assert "secret" not in f"{caught.value} {caught.value.hint} {caught.value.where}"


@pytest.mark.parametrize(
    "address",
    [
        "mysql://h/db",
        "postgresql://h/db?schema=Upper",
        "postgresql://h/db?schema=pg_catalog",
        "postgresql://h/db?schema=information_schema",
        "postgresql://h/db?schema=a;b",
        "postgresql://h/db?schema=",
        "postgresql://h/db?schema=a&schema=b",
        "postgresql://h/db?options=-csynchronous_commit%3Doff",
        "postgresql://h/db?nonsense",
        "postgresql://h/db#there",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_server(address)
    assert caught.value.code == "store.address"


@pytest.mark.parametrize(
    "path", ["state.db", "/srv/node/state.db", "postgresql/state.db", "postgresql:state.db"]
)
def test_a_path_is_no_server(path: str) -> None:
    assert not is_server(path)
    assert not is_server(Path(path))


def test_without_the_driver_the_line_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for refused in (create_store, open_store, migrate):
        with pytest.raises(UnavailableError) as caught:
            refused("postgresql://h/db")
        assert (caught.value.code, "comity[pg]" in caught.value.hint) == ("store.extra", True)


def test_a_file_needs_no_driver_of_a_server(tmp_path: Path) -> None:
    text = """
import sys
sys.modules["psycopg"] = None
from comity.storage.sql.migrations.runner import migrate
from comity.storage.sql.store import create_store
with create_store(sys.argv[1]).transaction() as tx:
    tx.node.put_setting("a", b"b")
assert migrate(sys.argv[1])[0] > 0
assert not [name for name in sys.modules if name.startswith("sqlalchemy.dialects.postgresql")]
"""
    subprocess.run(
        [sys.executable, "-c", text, str(tmp_path / "node.db")],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        check=True,
    )
