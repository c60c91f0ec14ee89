"""BagIt bags, read strictly: whether every file is there, listed, and as its digests say.

Nothing is fetched and nothing is written. A name is looked up in the tree that was given, never in a file
system, so a manifest that points outside finds nothing there; it is refused all the same.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Protocol

MOST_TAG = 256 << 20
"""Bytes of one tag file."""
_VERSIONS = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")
_DECLARED = re.compile(
    rb"BagIt-Version: ([0-9]+\.[0-9]+)\r?\nTag-File-Character-Encoding: ([!-~]+)(?:\r?\n)*\Z"
)
_MANIFEST = re.compile(r"(tag)?manifest-([A-Za-z0-9]+)\.txt\Z")
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+\*?(.+)\Z", re.DOTALL)
_OXUM = re.compile(r"([0-9]+)\.([0-9]+)\Z")
_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
_PORTION = 1 << 20


class Tree(Protocol):
    """The files of what may be a bag, by names with ``/`` between the parts."""

    def names(self) -> Mapping[str, int]:
        """Return names and sizes."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Open one of them; raise OSError or ValueError where it cannot be read."""
        ...


class _FaultError(Exception):
    """What makes the bag invalid."""


def looks_like_bag(names: Mapping[str, int]) -> bool:
    """Tell whether somebody means this tree to be a bag, a good one or not."""
    manifests = any(_MANIFEST.fullmatch(name) for name in names)
    return "bagit.txt" in names or (manifests and any(name.startswith("data/") for name in names))


def judge_bag(tree: Tree) -> tuple[bool, str]:
    """Return whether a tree is a complete and valid bag, and its version or what is wrong with it.

    Basis: RFC 8493
    """
    names = tree.names()
    try:
        version, encoding = _declaration(tree, names)
        listed = _manifests(tree, names, encoding, tag=False)
        if not listed:
            raise _FaultError("there is no payload manifest")
        _require_payload(names, listed, version)
        tags = _manifests(tree, names, encoding, tag=True)
        _require_fetch(tree, names, encoding, listed)
        _require_oxum(tree, names, encoding)
        _require_digests(tree, names, (*listed.items(), *tags.items()))
    except _FaultError as fault:
        return False, str(fault)
    except (OSError, ValueError, EOFError) as error:
        return False, f"it cannot be read: {type(error).__name__}"
    return True, version


def _declaration(tree: Tree, names: Mapping[str, int]) -> tuple[str, str]:
    if "bagit.txt" not in names:
        raise _FaultError("bagit.txt is missing")
    found = _DECLARED.match(_content(tree, names, "bagit.txt"))
    if found is None:
        raise _FaultError(
            "bagit.txt does not hold exactly version and encoding, in UTF-8 without a byte-order mark"
        )
    version, encoding = found[1].decode("ascii"), found[2].decode("ascii")
    if version not in _VERSIONS:
        raise _FaultError(f"version {version[:20]} is not known")
    try:
        "".encode(encoding)
    except LookupError:
        raise _FaultError(f"encoding {encoding[:40]} is not known") from None
    return version, encoding


def _content(tree: Tree, names: Mapping[str, int], name: str) -> bytes:
    if names[name] > MOST_TAG:
        raise _FaultError(f"{name} is too large for a tag file")
    with tree.open(name) as file:
        return file.read(MOST_TAG + 1)


def _lines(tree: Tree, names: Mapping[str, int], name: str, encoding: str) -> Iterator[str]:
    try:
        text = _content(tree, names, name).decode(encoding)
    except (UnicodeError, LookupError):
        raise _FaultError(f"{name} is not in the encoding that bagit.txt names") from None
    return (line for line in re.split(r"\r\n|\n|\r", text) if line)


def _manifests(
    tree: Tree, names: Mapping[str, int], encoding: str, *, tag: bool
) -> dict[str, dict[str, str]]:
    """Return digests by name, by algorithm."""
    made = {}
    for name in sorted(names):
        match = _MANIFEST.fullmatch(name)
        if match is None or bool(match[1]) != tag:
            continue
        algorithm = match[2].lower()
        if algorithm not in _ALGORITHMS:
            raise _FaultError(f"{name} is of an algorithm that is not known")
        made[algorithm] = _manifest(_lines(tree, names, name, encoding), name, tag=tag)
    return made


def _manifest(lines: Iterator[str], name: str, *, tag: bool) -> dict[str, str]:
    listed: dict[str, str] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            raise _FaultError(f"{name} has a line that is none of a manifest")
        path, digest = _place(match[2], name), match[1].lower()
        if path.startswith("data/") == tag:
            raise _FaultError(f"{name} lists what does not belong there")
        if listed.setdefault(path, digest) != digest:
            raise _FaultError(f"{name} lists a file twice with different digests")
    return listed


def _place(written: str, manifest: str) -> str:
    """Return the name that a manifest means; what points outside is a fault."""
    path = written.removeprefix("./")
    path = re.sub("%0[Aa]", "\n", re.sub("%0[Dd]", "\r", path))
    steps = path.replace("\\", "/").split("/")
    if path.startswith(("/", "~", "\\")) or ".." in steps or (len(path) > 1 and path[1] == ":"):
        raise _FaultError(f"{manifest} points outside the bag")
    return path


def _require_payload(names: Mapping[str, int], listed: dict[str, dict[str, str]], version: str) -> None:
    payload = {name for name in names if name.startswith("data/")}
    everywhere = set().union(*listed.values())
    if missing := sorted(_known(everywhere, names, listed)):
        raise _FaultError(f"a listed file is missing ({len(missing)} of them)")
    covered = {_as_kept(path, names) for path in everywhere}
    if extra := payload - covered:
        raise _FaultError(f"a payload file is in no manifest ({len(extra)} of them)")
    if version == "1.0" and any(set(one) != everywhere for one in listed.values()):
        raise _FaultError("a payload file is not in every manifest")


def _known(everywhere: set[str], names: Mapping[str, int], listed: dict[str, dict[str, str]]) -> set[str]:
    return {path for path in everywhere if _as_kept(path, names) not in names}


def _as_kept(path: str, names: Mapping[str, int]) -> str:
    """Return the name in the tree; a percent sign may be written as ``%25``."""
    return path if path in names else path.replace("%25", "%")


def _require_fetch(
    tree: Tree, names: Mapping[str, int], encoding: str, listed: dict[str, dict[str, str]]
) -> None:
    if "fetch.txt" not in names:
        return
    for line in _lines(tree, names, "fetch.txt", encoding):
        parts = line.split(None, 2)
        if len(parts) != 3 or not (parts[1] == "-" or parts[1].isdigit()):
            raise _FaultError("fetch.txt has a line that is none of it")
        path = _place(parts[2], "fetch.txt")
        if not path.startswith("data/") or not any(path in one for one in listed.values()):
            raise _FaultError("fetch.txt names a file that no manifest lists")


def _require_oxum(tree: Tree, names: Mapping[str, int], encoding: str) -> None:
    if "bag-info.txt" not in names:
        return
    payload = [size for name, size in names.items() if name.startswith("data/")]
    for line in _lines(tree, names, "bag-info.txt", encoding):
        label, colon, value = line.lstrip("\ufeff").partition(":")
        if line[:1] in (" ", "\t"):
            continue
        if not colon:
            raise _FaultError("bag-info.txt has a line without a colon")
        if label.strip().lower() == "payload-oxum":
            match = _OXUM.match(value.strip())
            if match is None or (int(match[1]), int(match[2])) != (sum(payload), len(payload)):
                raise _FaultError("Payload-Oxum does not agree with the payload")


def _require_digests(
    tree: Tree, names: Mapping[str, int], manifests: tuple[tuple[str, dict[str, str]], ...]
) -> None:
    """Read every listed file once and compare all its digests."""
    wanted: dict[str, dict[str, str]] = {}
    for algorithm, listed in manifests:
        for path, digest in listed.items():
            kept = _as_kept(path, names)
            if kept not in names:
                raise _FaultError("a listed tag file is missing")
            wanted.setdefault(kept, {})[algorithm] = digest
    for path, digests in sorted(wanted.items()):
        hashes = {name: hashlib.new(name, usedforsecurity=False) for name in digests}
        with tree.open(path) as file:
            while chunk := file.read(_PORTION):
                for one in hashes.values():
                    one.update(chunk)
        if any(hashes[name].hexdigest() != digest for name, digest in digests.items()):
            raise _FaultError("the digest of a listed file differs")


class NamedTree:
    """A tree whose files are opened by a callable."""

    def __init__(self, sizes: Mapping[str, int], opener: Callable[[str], BinaryIO]) -> None:
        self._sizes = sizes
        self._opener = opener

    def names(self) -> Mapping[str, int]:
        """Return names and sizes."""
        return self._sizes

    def open(self, name: str) -> BinaryIO:
        """Open one of them."""
        return self._opener(name)
