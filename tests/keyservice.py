"""A key service in a process of its own, for the tests: the calls of the transit interface that a node makes.

    python tests/keyservice.py TOKEN KEY       prints its port; ends when its standard input is closed

Keys have versions, as there: a POST to /v1/transit/keys/KEY/rotate makes the next, older ones still open.
"""

import base64
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSIONS = [AESGCM(os.urandom(32))]
MOUNT = "/v1/transit/"


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, value = self.answer(json.loads(data or b"{}"))
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, asked: dict) -> tuple[int, dict]:
        if self.headers.get("X-Vault-Token") != sys.argv[1]:
            return 403, {"errors": ["permission denied"]}
        if self.path == f"{MOUNT}keys/{sys.argv[2]}/rotate":
            VERSIONS.append(AESGCM(os.urandom(32)))
            return 200, {}
        step, _, key = self.path.removeprefix(MOUNT).partition("/")
        if key != sys.argv[2]:
            return 404, {"errors": []}
        bound = base64.b64decode(asked.get("associated_data", ""))
        if step == "encrypt":
            nonce, version = os.urandom(12), len(VERSIONS)
            sealed = nonce + VERSIONS[-1].encrypt(nonce, base64.b64decode(asked["plaintext"]), bound)
            text = f"vault:v{version}:{base64.b64encode(sealed).decode()}"
            return 200, {"data": {"ciphertext": text, "key_version": version}}
        try:
            _, version, text = asked["ciphertext"].split(":")
            sealed = base64.b64decode(text)
            plain = VERSIONS[int(version[1:]) - 1].decrypt(sealed[:12], sealed[12:], bound)
        except (InvalidTag, ValueError, IndexError):
            return 400, {"errors": ["invalid ciphertext"]}
        return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}

    def log_message(self, *said: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
