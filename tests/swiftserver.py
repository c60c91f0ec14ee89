"""A real S3 server in one process: OpenStack Swift with its S3 layer, on the loopback, unprivileged.

    python tests/swiftserver.py FOLDER

Makes rings of one device, starts account, container, object and proxy server on ports that the system
chooses, and prints the port of the proxy in one line. It ends when its standard input is closed.
"""

import sys
from pathlib import Path

ACCESS_KEY, SECRET_KEY = "test:keeper", "a-secret-of-the-tests"
BUCKET = "evidence"
_SERVERS = ("account", "container", "object")

_SWIFT = """\
[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = yes
"""
_BACKEND = """\
[DEFAULT]
devices = {folder}/devices
swift_dir = {folder}
mount_check = false
user = {user}
log_level = ERROR
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""
_INNER = """\
[DEFAULT]
swift_dir = {folder}
user = {user}
log_level = ERROR
[pipeline:main]
pipeline = proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""
_PROXY = """\
[DEFAULT]
swift_dir = {folder}
user = {user}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors s3api tempauth bulk slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_{user_pair} = {secret} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
"""


class _Cache:
    """What Swift keeps between requests, in this process."""

    def __init__(self):
        self.kept = {}

    def get(self, key, raise_on_error=False):
        return self.kept.get(key)

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        self.kept[key] = value

    def delete(self, key, server_key=None):
        self.kept.pop(key, None)


def main(folder: Path) -> None:
    import eventlet  # here: whoever reads the constants above is not changed by it

    eventlet.monkey_patch()
    from swift.common import utils

    utils.SWIFT_CONF_FILE = str(folder / "swift.conf")
    (folder / "swift.conf").write_text(_SWIFT)
    (folder / "devices" / "d1").mkdir(parents=True)
    import getpass

    from swift.common.ring import RingBuilder
    from swift.common.swob import Request
    from swift.common.wsgi import loadapp

    sockets = {name: eventlet.listen(("127.0.0.1", 0)) for name in _SERVERS}
    for name in _SERVERS:
        builder = RingBuilder(1, 1, 0)
        builder.add_dev(
            {
                "region": 1,
                "zone": 1,
                "ip": "127.0.0.1",
                "port": sockets[name].getsockname()[1],
                "device": "d1",
                "weight": 1,
            }
        )
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{name}.ring.gz"))
    user = getpass.getuser()
    for name in _SERVERS:
        conf = folder / f"{name}-server.conf"
        conf.write_text(_BACKEND.format(folder=folder, user=user, name=name))
        eventlet.spawn(_serve, sockets[name], loadapp(str(conf)))
    conf = folder / "proxy-server.conf"
    pair = ACCESS_KEY.replace(":", "_")
    conf.write_text(_PROXY.format(folder=folder, user=user, user_pair=pair, secret=SECRET_KEY))
    proxy, cache = loadapp(str(conf)), _Cache()

    def cached(environ, start_response):
        environ["swift.cache"] = cache
        return proxy(environ, start_response)

    inner = folder / "inner.conf"
    inner.write_text(_INNER.format(folder=folder, user=user))
    made = Request.blank(f"/v1/AUTH_test/{BUCKET}", method="PUT").get_response(loadapp(str(inner)))
    assert made.status_int in (201, 202), made.status
    door = eventlet.listen(("127.0.0.1", 0))
    eventlet.spawn(_serve, door, cached)
    print(door.getsockname()[1], flush=True)
    eventlet.tpool.execute(sys.stdin.read)


def _serve(listener, app) -> None:
    from eventlet import wsgi
    from swift.common.wsgi import SwiftHttpProtocol

    wsgi.server(listener, app, log_output=False, protocol=SwiftHttpProtocol)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
