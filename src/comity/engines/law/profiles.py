"""Confirmed profiles as files in the folder of the library: each with the key under which it was taken."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from comity.kernel.errors import MalformedError
from comity.law.errors import bad_profile
from comity.law.profiles import Profile
from comity.law.profilewire import MOST_PROFILE, read_confirmed

_FOLDER = "profiles"
_NAME = re.compile(r"[A-Z]{3}\.json", re.ASCII)


class _Kept(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: str
    document: msgspec.Raw


class ProfileFolder:
    """Confirmed profiles in a folder; each is verified whenever it is read."""

    def __init__(self, folder: Path) -> None:
        """Name the folder of the library; nothing is made."""
        self._folder = folder / _FOLDER

    def confirmed(self) -> Iterator[Profile]:
        """Yield the profiles that were taken in, by State.

        Raises:
            MalformedError: ``law.profile``.
            UntrustedError: ``law.profile_unsigned`` where a file was changed.
        """
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            if _NAME.fullmatch(path.name) and path.is_file():
                yield self._read(path)

    def take(self, data: bytes, *, public: bytes, where: str) -> Profile:
        """Verify a confirmed profile under a key that the reader trusts, and keep it for its State.

        A later one replaces an earlier one.

        Raises:
            MalformedError: ``law.profile``.
            UntrustedError: ``law.profile_unsigned``.
        """
        profile = read_confirmed(data, public=public, where=where)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{profile.country}.json"
        waiting = path.with_suffix(".new")
        waiting.write_bytes(msgspec.json.encode(_Kept(key=public.hex(), document=msgspec.Raw(data))))
        waiting.replace(path)
        return profile

    def _read(self, path: Path) -> Profile:
        if path.stat().st_size > 3 * MOST_PROFILE:
            raise bad_profile("the file is too large", where=path.name)
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
            public = bytes.fromhex(kept.key)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as exc:
            raise bad_profile(str(exc), where=path.name) from exc
        profile = read_confirmed(bytes(kept.document), public=public, where=path.name)
        if profile.country != path.stem:
            raise MalformedError("law.profile", "the file is named after another State", where=path.name)
        return profile
