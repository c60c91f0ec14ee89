"""``comity serve``: the exchange door and the work of a node, in one process."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from comity.api.app import exchange_app
from comity.api.exchange import ExchangeToolbox
from comity.api.server import Listener, serve_all
from comity.bootstrap.nodes import CERTIFICATE, PRIVATE_KEY, TLS, blobs_of, opened, pieces_of
from comity.config import NodeConfig
from comity.node.delivering import delivery_desk
from comity.node.exchanging import exchange_desk
from comity.node.workplace import Workplace
from comity.transport.https import HttpsTransport
