"""Reading a register: The Update Framework's client over a folder or over HTTPS to one certificate.

The client holds roots, rollback, freeze, mixing and lengths; nothing of it is done again here.

Basis: PROTOCOL rule 13
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from comity.exchange.registers import INDEX, Index, Listing, parse_index
from comity.kernel.errors import ComityError, MalformedError, NotFoundError, UnavailableError, UntrustedError

if TYPE_CHECKING:
    from tuf.ngclient.fetcher import FetcherInterface
    from tuf.ngclient.updater import Updater

PINNED = "root.json"
_FOLDER = "folder://register/"
_CHUNK = 64 * 1024
_SAFE = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_MOST_ROOT = 512_000


def pin_register(state: Path, root: bytes) -> None:
    """Keep the first root of a register, which officers compared; another one is never put in its place.

    Raises:
        UntrustedError: ``register.pinned``: another root is kept already.
    """
    path = state / PINNED
    if path.exists():
        if path.read_bytes() != root:
            raise UntrustedError(
                "register.pinned",
                "another root of the register is pinned here",
                hint="a register renews its root itself; a new one is a new register, in another folder",
            )
        return
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(root)


@contextmanager
def opened_register(source: str, *, state: Path, certificate: bytes | None) -> Iterator[Register]:
    """Open a register, checked up to now.

    Args:
        source: A folder, or an ``https`` address.
        state: Folder with the pinned root and what was seen before.
        certificate: The one certificate (DER) that is trusted at the address; None for the usual authorities.

    Raises:
        NotFoundError: ``register.unpinned``.
        UntrustedError: ``register.rollback``, ``register.frozen``, ``register.signature``,
            ``register.mixed``, ``register.endless``: what is shown does not follow from the pinned root
            and what was seen before.
        UnavailableError: ``register.unreachable``, ``register.extra``.
    """
    path = state / PINNED
    if not path.exists():
        raise NotFoundError(
            "register.unpinned",
            "no root of a register is pinned here",
            hint="compare its digest with the register's keepers, then give it once with --root",
        )
    with _fetcher(source, certificate) as fetcher:
        updater = _updater(source, state, path.read_bytes(), fetcher)
        register = Register(updater, state)
        with _judged():
            updater.refresh()
        yield register


class Register:
    """A register whose metadata was checked."""

    def __init__(self, updater: Updater, state: Path) -> None:
        self._updater = updater
        self._state = state

    @property
    def index(self) -> Index:
        """Everything that is listed."""
        return parse_index(self._file(INDEX))

    def card(self, listing: Listing) -> bytes:
        """Return the card of a Party, as it was listed; its own signatures are judged by whoever keeps it."""
        return self._file(listing.name)

    def _file(self, name: str) -> bytes:
        with _judged():
            info = self._updater.get_targetinfo(name)
            if info is None:
                raise MalformedError("register.form", f"the register lists no file {name[:60]!r}")
            target = self._state / "targets" / name.replace("/", "-")
            return Path(self._updater.download_target(info, filepath=str(target))).read_bytes()


@contextmanager
def _judged() -> Iterator[None]:
    """Turn the client's refusals into errors of ours."""
    from tuf.api import exceptions as seen

    try:
        yield
    except seen.ExpiredMetadataError as exc:
        raise _refused("register.frozen", "the register shows a state that has expired") from exc
    except seen.BadVersionNumberError as exc:
        raise _refused("register.rollback", "the register shows an older state than was seen") from exc
    except seen.UnsignedMetadataError as exc:
        raise _refused("register.signature", "the register does not follow from the pinned root") from exc
    except seen.LengthOrHashMismatchError as exc:
        raise _refused("register.mixed", "files of the register do not belong together") from exc
    except seen.DownloadLengthMismatchError as exc:
        raise _refused("register.endless", "a file of the register is longer than it may be") from exc
    except seen.RepositoryError as exc:
        raise _refused("register.form", "the register is not what it should be") from exc
    except seen.DownloadError as exc:
        raise UnavailableError(
            "register.unreachable", "the register could not be read", hint="look at the address and the line"
        ) from exc


def _refused(code: str, message: str) -> ComityError:
    hint = "nothing of it was taken; what is pinned stays. Tell the register's keepers by another way"
    return UntrustedError(code, message, hint=hint)


def _updater(source: str, state: Path, root: bytes, fetcher: FetcherInterface) -> Updater:
    from tuf.ngclient.config import UpdaterConfig
    from tuf.ngclient.updater import Updater as Client

    metadata, targets = state / "metadata", state / "targets"
    for folder in (metadata, targets):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    base = source.rstrip("/") if source.startswith("https://") else _FOLDER.rstrip("/")
    with _judged():
        return Client(
            metadata_dir=str(metadata),
            metadata_base_url=f"{base}/metadata/",
            target_dir=str(targets),
            target_base_url=f"{base}/targets/",
            fetcher=fetcher,
            config=UpdaterConfig(root_max_length=_MOST_ROOT, max_delegations=0),
            bootstrap=root,
        )


@contextmanager
def _fetcher(source: str, certificate: bytes | None) -> Iterator[FetcherInterface]:
    try:
        from tuf.api.exceptions import DownloadHTTPError
        from tuf.ngclient.fetcher import FetcherInterface
    except ImportError as exc:
        raise UnavailableError(
            "register.extra",
            "registers need a library that is not installed",
            hint="pip install 'comity[register]'",
        ) from exc

    class Folder(FetcherInterface):
        """Reads files below one folder, and none outside."""

        def _fetch(self, url: str) -> Iterator[bytes]:
            name = unquote(url.removeprefix(_FOLDER))
            path = Path(source) / name
            if not _SAFE.fullmatch(name) or ".." in name.split("/") or not path.is_file():
                raise DownloadHTTPError("there is no such file", 404)
            return _chunks(path)

    if source.startswith("https://"):
        with _lines(certificate) as over_https:
            yield over_https
    elif "://" in source:
        raise MalformedError(
            "register.source", "a register is a folder or an https address", where=source[:80]
        )
    else:
        yield Folder()


@contextmanager
def _lines(certificate: bytes | None) -> Iterator[FetcherInterface]:
    import ssl

    import httpx2
    from tuf.api.exceptions import DownloadError, DownloadHTTPError
    from tuf.ngclient.fetcher import FetcherInterface

    from comity.transport.https import pinned_context

    context = ssl.create_default_context() if certificate is None else pinned_context(certificate)
    timeout = httpx2.Timeout(connect=10.0, read=30.0, write=30.0, pool=30.0)
    with httpx2.Client(verify=context, timeout=timeout, follow_redirects=False, trust_env=False) as client:

        class Lines(FetcherInterface):
            """Reads over HTTPS; what is encoded stays encoded, so that no length lies."""

            def _fetch(self, url: str) -> Iterator[bytes]:
                return self._read(url)

            def _read(self, url: str) -> Iterator[bytes]:
                try:
                    with client.stream("GET", url, headers={"accept-encoding": "identity"}) as answer:
                        if answer.status_code != httpx2.codes.OK:
                            raise DownloadHTTPError("the register has no such file", answer.status_code)
                        yield from answer.iter_raw(_CHUNK)
                except httpx2.HTTPError as exc:
                    raise DownloadError("the line to the register broke") from exc

        yield Lines()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
