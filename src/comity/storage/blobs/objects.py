"""Payloads in an S3-compatible object store, in segments that are put once and checked.

    <prefix>/<name>/<number>   8 MiB of the payload, the last one shorter; eight digits from 00000000

Only payloads leave: ciphertext without its header, so without any wrapped key. A segment is put on condition
that there is none yet. What the service then says of it has to be the digest of what was sent; where it says
another one (as services do that encrypt), the segment is read back and compared. What is there already and
whole is not sent again, so that an interrupted transfer goes on.

Basis: PROTOCOL rule 24
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from comity.kernel.digests import parse_digest
from comity.kernel.errors import NotFoundError, UnavailableError
from comity.storage.blobs.address import AccessKey, ObjectAddress

if TYPE_CHECKING:
    from obstore.store import S3Store

SEGMENT = 8 << 20
_ATTEMPTS = 3
_PROBE = "comity-probe"
_KEY_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSegment:
    """A segment as the store lists it."""

    size: int
    tag: str

    def is_surely(self, data: memoryview) -> bool:
        """Tell whether the listing proves that these bytes are stored."""
        return self.size == len(data) and self.tag == _tag(data)


class ObjectPayloads:
    """The payloads of one node in an object store; safe to use from several threads.

    Args:
        address: Where.
        access_key: Returns the key that requests are signed with; asked again every few minutes, so that a
            key can be changed while the node runs.
    """

    def __init__(self, address: ObjectAddress, access_key: Callable[[], AccessKey]) -> None:
        self.address = address
        self._access_key = access_key
        self._store: S3Store | None = None
        self._turn = threading.Lock()

    def put(self, name: str, number: int, data: memoryview) -> None:
        """Put one segment, unless it is there; return when it is proved to be stored as it was given.

        Raises:
            UnavailableError: ``blobs.unreachable``, ``blobs.refused``, ``blobs.bucket``; ``blobs.differs``
                when the service keeps other bytes than it was given.
        """
        key = self._key(name, number)
        for attempt in range(_ATTEMPTS):
            tag = self._put(key, data, over=attempt > 0)
            if tag == _tag(data) or self._whole(key) == data:
                return
        raise UnavailableError(
            "blobs.differs",
            "the object store keeps other bytes than it was given",
            hint="tell whoever runs it; the package stays on this node's disk",
            where=f"{self.address.shown}/{name}/{number:08d}",
        )

    def held(self, name: str) -> Mapping[int, HeldSegment]:
        """Return the segments of a payload that the store lists, by number."""
        found: dict[int, HeldSegment] = {}
        with self._told():
            for page in obstore_of().list(self._opened(), prefix=self._folder(name) + "/"):
                for one in page:
                    last = one["path"].rpartition("/")[2]
                    if last.isdecimal():
                        found[int(last)] = HeldSegment(size=one["size"], tag=_bare(one["e_tag"]))
        return found

    def read_into(self, name: str, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes of a payload from an offset on, which has to be inside it.

        Raises:
            UnavailableError: ``blobs.segment``: a segment is not there, or ends early.
        """
        done = 0
        while done < len(target):
            number, offset = divmod(at + done, SEGMENT)
            want = min(len(target) - done, SEGMENT - offset)
            with self._told(name, number):
                portion = obstore_of().get_range(
                    self._opened(), self._key(name, number), start=offset, length=want
                )
            if len(portion) != want:
                raise self._no_segment(name, number)
            target[done : done + want] = memoryview(portion)
            done += want
        return done

    def remove(self, name: str) -> None:
        """Remove every segment of a payload; harmless where there is none."""
        held = self.held(name)
        with self._told():
            for number in sorted(held):
                obstore_of().delete(self._opened(), self._key(name, number))

    def check(self) -> None:
        """Put, read and remove one small object; raise what does not work."""
        key = "/".join(part for part in (self.address.prefix, _PROBE) if part)
        self._put(key, memoryview(b"comity"), over=True)
        self._whole(key)
        with self._told():
            obstore_of().delete(self._opened(), key)

    def _put(self, key: str, data: memoryview, *, over: bool) -> str:
        exists = obstore_of().exceptions.AlreadyExistsError
        with self._told():
            try:
                made = obstore_of().put(
                    self._opened(),
                    key,
                    data,
                    mode="overwrite" if over else "create",
                    use_multipart=False,
                )
            except exists:
                return ""  # whatever is there is read back
            return _bare(made["e_tag"])

    def _whole(self, key: str) -> bytes:
        with self._told():
            return bytes(obstore_of().get(self._opened(), key).bytes())

    def _key(self, name: str, number: int) -> str:
        return f"{self._folder(name)}/{number:08d}"

    def _folder(self, name: str) -> str:
        digest = parse_digest(name, where="blob name")
        return f"{self.address.prefix}/{digest}" if self.address.prefix else digest

    def _opened(self) -> "S3Store":
        with self._turn:
            if self._store is None:
                self._access_key()  # what is wrong with it is told in our words
                self._store = _store(self.address, self._access_key)
            return self._store

    @contextmanager
    def _told(self, name: str = "", number: int = 0) -> Iterator[None]:
        """Turn what the store's client says into our errors; its own words stay behind."""
        exceptions = obstore_of().exceptions
        absent = (exceptions.NotFoundError, FileNotFoundError)
        refused = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError)
        try:
            yield
        except absent as exc:
            raise self._absent(str(exc), name, number) from None
        except refused:
            raise UnavailableError(
                "blobs.refused",
                "the object store refuses our key",
                hint="look at the credentials file, at the bucket's policy and at the clock",
                where=self.address.shown,
            ) from None
        except (exceptions.BaseError, OSError) as exc:
            raise self._failed(str(exc), name, number) from None

    def _absent(self, said: str, name: str, number: int) -> UnavailableError:
        return self._no_bucket() if not name or "NoSuchBucket" in said else self._no_segment(name, number)

    def _no_segment(self, name: str, number: int) -> UnavailableError:
        return UnavailableError(
            "blobs.segment",
            "a segment of the payload is not in the object store, or not whole",
            hint="'comity blobs check --read' tells which packages are whole; ask whoever runs the store",
            where=f"{self.address.shown}/{name}/{number:08d}",
        )

    def _failed(self, said: str, name: str, number: int) -> UnavailableError:
        if "NoSuchBucket" in said:
            return self._no_bucket()
        if name and ("416" in said or "range" in said.lower()):
            return self._no_segment(name, number)
        return UnavailableError(
            "blobs.unreachable",
            "the object store does not answer as it should",
            hint="look at the line and at the service; nothing is lost, and it is tried again",
            where=self.address.shown,
        )

    def _no_bucket(self) -> UnavailableError:
        return UnavailableError(
            "blobs.bucket",
            "the object store has no such bucket",
            hint="make the bucket, without versions and without public access",
            where=self.address.shown,
        )


def _store(address: ObjectAddress, access_key: Callable[[], AccessKey]) -> "S3Store":
    def credentials() -> Any:
        held = access_key()
        return {
            "access_key_id": held.access_key,
            "secret_access_key": held.secret_key,
            "token": None,
            "expires_at": datetime.now(UTC) + _KEY_LIFE,
        }

    # NOTE: given as a callable, the key is no part of the client's configuration, which anyone can print.
    made: S3Store = obstore_of().store.S3Store(
        address.bucket,
        endpoint=address.endpoint,
        region=address.region,
        virtual_hosted_style_request=False,
        skip_signature=False,
        credential_provider=credentials,
        client_options={
            "allow_http": address.endpoint.startswith("http:"),
            "connect_timeout": f"{min(address.timeout, 10)}s",
            "timeout": f"{address.timeout}s",
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=2 * address.timeout)},
    )
    return made


def obstore_of() -> Any:
    """Return the client's module, loaded when it is needed first.

    Raises:
        NotFoundError: ``blobs.extra``: it is not installed.
    """
    try:
        import obstore
        import obstore.exceptions
        import obstore.store
    except ImportError as exc:
        raise NotFoundError(
            "blobs.extra",
            "the client of the object store is not installed",
            hint="pip install 'comity[s3]'",
        ) from exc
    return obstore


def _tag(data: memoryview) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _bare(tag: str | None) -> str:
    return (tag or "").strip('"').lower()
