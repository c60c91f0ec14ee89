"""Fills an OpenTAXII with objects; run by the interpreter of ``.peers``, with OPENTAXII_CONFIG set.

Its input is JSON, a list of objects of STIX. It prints JSON: a token of its account, and the objects' path.
"""

import importlib
import json
import sys

PORTION = 500


def main() -> None:
    """Make an account, a root and a collection, and put the objects there by OpenTAXII's own store."""
    app = importlib.import_module("opentaxii.http").app
    objects = json.load(sys.stdin)
    with app.app_context():
        server = app.taxii_server
        people = server.auth.api
        account = people.create_account(username="u", password="p", is_admin=True)
        token = people.authenticate(username=account.username, password="p")
        store = server.servers.taxii2.persistence.api
        root = store.add_api_root(title="r", default=True)
        made = store.add_collection(api_root_id=root.id, title="c")
        for start in range(0, len(objects), PORTION):
            store.add_objects(root.id, made.id, objects[start : start + PORTION])
    path = f"/taxii2/{root.id}/collections/{made.id}/objects/"
    json.dump({"token": token, "path": path}, sys.stdout)


if __name__ == "__main__":
    main()
