"""What stock tools do for the same end, and the sources that both are measured on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FILE_BYTES = 4096


def missing(*tools: str) -> list[str]:
    """Return which of the tools, and of bagit, are not here."""
    found = [tool for tool in tools if shutil.which(tool) is None]
    bagit = subprocess.run([sys.executable, "-c", "import bagit"], check=False, stderr=subprocess.DEVNULL)
    return [*found, *(["bagit"] if bagit.returncode else [])]


def make_key(folder: Path) -> str:
    """Make an age key in ``folder/key`` and return its recipient."""
    subprocess.run(["age-keygen", "-o", str(folder / "key")], check=True, stderr=subprocess.DEVNULL)
    told = subprocess.run(["age-keygen", "-y", str(folder / "key")], check=True, stdout=subprocess.PIPE)
    return told.stdout.decode().strip()


def sealed_bag(folder: Path, source: Path, recipient: str) -> None:
    """Make a bag of a source and seal it: bagit, then tar | age into ``folder/sealed``."""
    bag = folder / "bag"
    subprocess.run(["cp", "-rl", str(source), str(bag)], check=True)
    _bagit("--sha256", str(bag))
    _pipe(["tar", "-C", str(bag), "-cf", "-", "."], ["age", "-r", recipient, "-o", str(folder / "sealed")])
    shutil.rmtree(bag)


def chain(folder: Path, source: Path, recipient: str, url: str) -> None:
    """Seal a bag, put it to a bare server, open it from there and validate it."""
    sealed_bag(folder, source, recipient)
    sealed, out = folder / "sealed", folder / "out"
    subprocess.run(["curl", "-sf", "-T", str(sealed), url], check=True, stdout=subprocess.DEVNULL)
    out.mkdir()
    _pipe(
        ["age", "-d", "-i", str(folder / "key"), str(folder / "put" / "package")],
        ["tar", "-C", str(out), "-xf", "-"],
    )
    _bagit("--validate", str(out))
    shutil.rmtree(out)
    sealed.unlink()


def borg(folder: Path, source: Path) -> None:
    """Put a source into a new repository, with keys and without compression."""
    where = {**os.environ, "BORG_PASSPHRASE": "x", "BORG_BASE_DIR": str(folder / "borg-base")}
    subprocess.run(
        ["borg", "create", "--compression", "none", f"{folder / 'borg'}::one", str(source)],
        env=where,
        check=True,
    )


def new_borg(folder: Path) -> None:
    """Make a new repository; not measured."""
    for name in ("borg", "borg-base"):
        shutil.rmtree(folder / name, ignore_errors=True)
    where = {**os.environ, "BORG_PASSPHRASE": "x", "BORG_BASE_DIR": str(folder / "borg-base")}
    subprocess.run(
        ["borg", "init", "-e", "repokey-blake2", str(folder / "borg")],
        env=where,
        check=True,
        stderr=subprocess.DEVNULL,
    )


def restic(folder: Path, source: Path) -> None:
    """Put a source into a new repository."""
    where = {**os.environ, "RESTIC_PASSWORD": "x"}
    command = ["restic", "-q", "--no-cache", "-r", str(folder / "restic"), "backup", str(source)]
    subprocess.run(command, env=where, check=True)


def new_restic(folder: Path) -> None:
    """Make a new repository; not measured."""
    shutil.rmtree(folder / "restic", ignore_errors=True)
    where = {**os.environ, "RESTIC_PASSWORD": "x"}
    command = ["restic", "-q", "-r", str(folder / "restic"), "init"]
    subprocess.run(command, env=where, check=True, stdout=subprocess.DEVNULL)


def fill_big(path: Path, mib: int) -> int:
    """Make a folder with one file of random content and return its bytes."""
    path.mkdir()
    portion = os.urandom(1 << 20)
    with (path / "image.dd").open("wb") as out:
        for number in range(mib):
            out.write(number.to_bytes(8, "big") + portion[8:])
        out.flush()
        os.fsync(out.fileno())
    return mib << 20


def fill_tree(path: Path, files: int) -> int:
    """Make a tree of small files of random content, 200 to a folder, and return its bytes."""
    for number in range(files):
        folder = path / f"{number // 200:04d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:06d}.eml").write_bytes(os.urandom(FILE_BYTES))
    os.sync()
    return files * FILE_BYTES


def _bagit(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "bagit", "--quiet", *arguments], check=True)


def _pipe(first: list[str], second: list[str]) -> None:
    with subprocess.Popen(first, stdout=subprocess.PIPE) as left:
        subprocess.run(second, stdin=left.stdout, check=True)
    if left.returncode:
        raise SystemExit(f"benchmarks: {first[0]} ended with {left.returncode}")
