"""A folder as one archive that a browser saves, and back again; an archive from outside is never trusted."""

import re
import tarfile
from pathlib import Path

from comity.kernel.errors import MalformedError

MOST_FILES = 200_000
MOST_BYTES = 64 << 30
_PORTION = 1 << 20
_NAME = re.compile(r"(?:[a-z0-9-]{1,80}/)?[a-z0-9-]{1,80}\.?[a-z]{0,8}", re.ASCII)


def pack(folder: Path, archive: Path) -> None:
    """Write the plain files of a folder into a new archive, in the order of their names."""
    with archive.open("xb") as out, tarfile.open(fileobj=out, mode="w:", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(one for one in folder.rglob("*") if one.is_file() and not one.is_symlink()):
            info = tarfile.TarInfo(path.relative_to(folder).as_posix())
            info.size, info.mode = path.stat().st_size, 0o600
            with path.open("rb") as file:
                tar.addfile(info, file)


def unpack(archive: Path, folder: Path) -> None:
    """Write the plain files of an archive into a new folder.

    Raises:
        MalformedError: ``disk.form``: it is no uncompressed tar, holds anything but plain files under the
            names that a courier's folder has, or too much.
    """
    folder.mkdir(mode=0o700)
    taken = size = 0
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for info in tar:
                if info.isdir():
                    continue
                taken, size = taken + 1, size + info.size
                name = info.name.removeprefix("./")
                source = tar.extractfile(info) if info.isreg() else None
                if source is None or not _NAME.fullmatch(name) or taken > MOST_FILES or size > MOST_BYTES:
                    raise _unfit(f"its member {info.name[:80]!r} is nothing that a courier carries")
                target = folder / name
                target.parent.mkdir(mode=0o700, exist_ok=True)
                with target.open("xb") as out:
                    while chunk := source.read(_PORTION):
                        out.write(chunk)
    except tarfile.TarError as exc:
        raise _unfit("it is no uncompressed tar archive") from exc
    except FileExistsError as exc:
        raise _unfit("it holds a name twice") from exc


def _unfit(why: str) -> MalformedError:
    return MalformedError(
        "disk.form", f"the archive cannot be taken in: {why}", hint="hand in the archive as it was saved"
    )
