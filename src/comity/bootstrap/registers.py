"""Registers: made and kept in a folder, and read by a node."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from comity.bootstrap.opening import opened
from comity.engines.registry import FolderRegister
from comity.engines.system import SystemClock, SystemEntropy
from comity.kernel.errors import MalformedError
from comity.kernel.realms import Realm
from comity.node.registering import RegisterDesk, RegisterLine
from comity.transport.registry import opened_register, pin_register

if TYPE_CHECKING:
    from comity.exchange.registers import Index
    from comity.kernel.clock import Clock

STATE = "register"


class Registers:
    """What the command line does with registers."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def found(self, directory: str, *, practice: bool, passphrase: bytes | None) -> bytes:
        """Make an empty register and return its first root."""
        realm = Realm.PRACTICE if practice else Realm.LIVE
        return self._of(directory).found(realm=realm, passphrase=passphrase)

    def add(self, directory: str, *, card: bytes, passphrase: bytes | None) -> Index:
        """List the Party of a card."""
        return self._of(directory).add(card, passphrase=passphrase)

    def refresh(self, directory: str) -> None:
        """Sign snapshot and timestamp anew."""
        self._of(directory).refresh()

    def renew(self, directory: str, *, passphrase: bytes | None) -> bytes:
        """Publish the next version of the root."""
        return self._of(directory).renew(passphrase=passphrase)

    def index(self, directory: str) -> Index:
        """Return what a register of ours lists."""
        return self._of(directory).index

    def fetch(
        self, node: str, source: str, *, officer: str | None, root: bytes | None, certificate: bytes | None
    ) -> tuple[RegisterLine, ...]:
        """Take newer entries of pinned Parties from a register into a node.

        Args:
            node: The node's folder.
            source: The register's folder with its files, or its address.
            officer: Who fetches; None for the only officer.
            root: First root of the register, which is pinned now; None where it is pinned.
            certificate: PEM of the one certificate trusted at the address.
        """
        with opened(node) as (folder, _, place):
            actor = place.actor(officer, unlock=False)
            if root is not None:
                pin_register(folder / STATE, root)
            trusted = None if certificate is None else _der(certificate)
            with opened_register(source, state=folder / STATE, certificate=trusted) as register:
                return RegisterDesk(place=place).take(actor, index=register.index, card=register.card)

    def _of(self, directory: str) -> FolderRegister:
        return FolderRegister(folder=Path(directory), clock=self._clock, entropy=SystemEntropy())


def _der(pem: bytes) -> bytes:
    import ssl

    with suppress(ValueError, UnicodeDecodeError):
        return ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))
    raise MalformedError("register.certificate", "the file holds no certificate", hint="PEM is expected")
