"""The officers' door: where the pages listen, and whether that may be plain HTTP."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from comity.cli.toolbox import PagesWish
from comity.config import NodeConfig
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError

LOOPBACK = "127.0.0.1"
_NO_WISH = PagesWish()


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesDoor:
    """Where the pages listen.

    Attributes:
        certificate: PEM file of the certificate, and ``key`` of its private key; both or neither.
        secure: Whether browsers come over TLS, to us or to a proxy before us; cookies are then bound to it.
    """

    host: str
    certificate: Path | None
    key: Path | None
    secure: bool

    @property
    def scheme(self) -> str:
        """Return ``https`` or ``http``, as we speak it ourselves."""
        return "https" if self.certificate is not None else "http"

    def address(self, port: int) -> str:
        """Return where a browser on this machine finds the pages."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{port}"


def pages_door(folder: Path, config: NodeConfig, wish: PagesWish = _NO_WISH) -> PagesDoor:
    """Return the door that flags and configuration ask for; a flag wins.

    Args:
        folder: The node's; relative names of files in ``node.json`` are looked up in it.
        config: The node's configuration.
        wish: What the command line said.

    Raises:
        MalformedError: ``serve.tls``: a certificate without its key, or the other way round.
        NotFoundError: ``serve.no_file``: one of the two is not there.
        DeniedError: ``serve.plain``: plain HTTP beyond the loopback, without a proxy that speaks TLS.
    """
    host = wish.host or config.pages_host or LOOPBACK
    certificate = _file(wish.certificate, config.pages_certificate, folder)
    key = _file(wish.key, config.pages_key, folder)
    if (certificate is None) != (key is None):
        raise MalformedError(
            "serve.tls",
            "a certificate of the pages and its private key go together",
            hint="name both: --pages-certificate FILE --pages-key FILE",
        )
    behind_proxy = wish.behind_proxy or config.behind_proxy
    if certificate is None and not behind_proxy and not is_loopback(host):
        raise DeniedError(
            "serve.plain",
            f"the pages are not served as plain HTTP on {host}",
            hint="give a certificate, or say --behind-proxy where a proxy before it speaks TLS",
            where=host,
        )
    return PagesDoor(
        host=host, certificate=certificate, key=key, secure=certificate is not None or behind_proxy
    )


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _file(wished: str, configured: str, folder: Path) -> Path | None:
    if not wished and not configured:
        return None
    path = Path(wished) if wished else folder / configured
    if not path.is_file():
        raise NotFoundError("serve.no_file", f"there is no file {str(path)!r}", where=str(path))
    return path
