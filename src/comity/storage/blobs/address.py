"""Where an object store is: ``s3://BUCKET/PREFIX?endpoint=URL&region=NAME&credentials=FILE``."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError
from comity.kernel.ijson import parse_ijson

USUAL_REGION = "us-east-1"
USUAL_CREDENTIALS = "s3.json"
USUAL_TIMEOUT = 60
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?")
_REGION = re.compile(r"[a-z0-9-]{1,64}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_KNOWN = {"endpoint", "region", "credentials", "timeout"}
_HINT = "write it as s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION&credentials=FILE"
_MOST_FILE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectAddress:
    """An object store and a prefix in it, which belongs to one node. It holds no secret.

    Attributes:
        bucket: Of the store.
        prefix: Of every key; may be empty.
        endpoint: URL of the service.
        region: As the service calls it.
        credentials: File with the access key, relative to the node's folder.
        timeout: Seconds that one request may take.
    """

    bucket: str
    prefix: str
    endpoint: str
    region: str = USUAL_REGION
    credentials: str = USUAL_CREDENTIALS
    timeout: int = USUAL_TIMEOUT

    @property
    def shown(self) -> str:
        """Host, bucket and prefix, for people."""
        return "/".join(part for part in (urlsplit(self.endpoint).netloc, self.bucket, self.prefix) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """What requests are signed with; it never shows itself in ``repr``."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def parse_objects(address: str) -> ObjectAddress:
    """Return the parts of an address.

    Raises:
        MalformedError: ``blobs.address``: no such address, one with a secret in it, or plain HTTP to
            another machine.
    """
    try:
        parts = urlsplit(address)
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        secret = parts.username is not None or parts.password is not None
    except ValueError as exc:
        raise _refused("the address of the object store does not read") from exc
    told = dict(given)
    if secret:
        raise _refused(
            "the address of the object store holds a key", hint="put keys into the credentials file"
        )
    if parts.scheme != "s3" or parts.fragment or set(told) - _KNOWN or len(told) < len(given):
        raise _refused("this is no address of an object store")
    region = told.get("region", USUAL_REGION)
    prefix, timeout = parts.path.strip("/"), told.get("timeout", str(USUAL_TIMEOUT))
    if {".", ".."} & set(prefix.split("/")):
        raise _refused("the prefix in the object store is no such name")
    if not _BUCKET.fullmatch(parts.netloc) or not _PREFIX.fullmatch(prefix) or not _REGION.fullmatch(region):
        raise _refused("bucket, prefix or region of the object store is no such name")
    if not timeout.isascii() or not timeout.isdecimal() or not 0 < int(timeout) <= 3600:
        raise _refused("the timeout of the object store is 1 to 3600 seconds")
    return ObjectAddress(
        bucket=parts.netloc,
        prefix=prefix,
        endpoint=_endpoint(told.get("endpoint", f"https://s3.{region}.amazonaws.com")),
        region=region,
        credentials=told.get("credentials", USUAL_CREDENTIALS),
        timeout=int(timeout),
    )


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, plain = parts.hostname or "", parts.scheme == "http"
        _ = parts.port
    except ValueError as exc:
        raise _refused("the endpoint of the object store does not read") from exc
    if parts.scheme not in ("http", "https") or not host or parts.query or "@" in parts.netloc:
        raise _refused("the endpoint of the object store is no URL of a service")
    if plain and host not in _LOOPBACK:
        raise _refused("plain HTTP goes to this machine only", hint="use https in the endpoint")
    return url.rstrip("/")


def read_access_key(folder: Path, address: ObjectAddress) -> AccessKey:
    """Return what the credentials file holds: ``access_key`` and ``secret_key``.

    Raises:
        NotFoundError: ``blobs.credentials_absent``.
        MalformedError: ``blobs.credentials``: it does not read, or others may read it.
        UnavailableError: ``blobs.credentials_unread``.
    """
    path = folder / address.credentials
    shown = str(path)
    try:
        data = path.read_bytes()[:_MOST_FILE]
        mode = path.stat().st_mode
    except FileNotFoundError as exc:
        raise NotFoundError(
            "blobs.credentials_absent",
            "there is no file with the key of the object store",
            hint='write {"access_key": "…", "secret_key": "…"} into it, with mode 0600',
            where=shown,
        ) from exc
    except OSError as exc:
        raise UnavailableError(
            "blobs.credentials_unread",
            f"the file with the key of the object store cannot be read: {exc.strerror}",
            hint="give it to the node's user with mode 0600",
            where=shown,
        ) from exc
    if mode & 0o077:
        raise MalformedError(
            "blobs.credentials",
            "others may read the file with the key of the object store",
            hint="chmod 600, and change the key if others may have read it",
            where=shown,
        )
    try:
        value = parse_ijson(data, where=shown)
    except MalformedError:
        value = None
    names = {"access_key", "secret_key"}
    if not isinstance(value, dict) or set(value) != names or not all(_is_key(value[name]) for name in names):
        raise MalformedError(
            "blobs.credentials",
            "the file with the key of the object store does not hold access_key and secret_key",
            hint='write {"access_key": "…", "secret_key": "…"}',
            where=shown,
        ) from None
    return AccessKey(access_key=value["access_key"], secret_key=value["secret_key"])


def _is_key(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= 1024 and text.isprintable()


def _refused(why: str, *, hint: str = _HINT) -> MalformedError:
    return MalformedError("blobs.address", why, hint=hint, where="/blobs")
