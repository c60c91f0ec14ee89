"""A test that is not marked ``network`` finds its sockets closed."""

import socket

import pytest


def test_connection_is_refused():
    with socket.socket() as made, pytest.raises(AssertionError, match="may not use sockets"):
        made.connect(("127.0.0.1", 9))


@pytest.mark.network
def test_connection_is_open_where_marked():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as made,
    ):
        assert made.getpeername() == server.getsockname()
