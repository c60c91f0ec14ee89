"""What must not be carried in the repository: traces of one machine, and addresses of registries."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

# Each is written in two halves, so that this file does not carry what it looks for.
TRACES = tuple(
    re.compile(first + second)
    for first, second in (
        (r"/work/", r"(main|shared|steering|\.)"),
        (r"(?<![\w.])/root", r"/"),
        (r"/home/", r"[a-z][a-z0-9]*/(src|work|projects|comity)"),
        (r"/tmp/", r"(plan|house|research|studio|bash)"),
        (r"/opt/", r"(pypi|wheels)"),
        (r"py", r"pi\.org"),
        (r"python", r"hosted\.org"),
        (r"registry\.", r"(npmjs\.org|yarnpkg\.com)"),
        (r"deb\.", r"debian\.org"),
        (r"(index|extra-index)-url\s*[= ]\s*", r"\S*://"),
    )
)


def traces(name: str, text: str) -> Iterator[str]:
    """Yield lines that carry a path of one machine or the address of a registry."""
    for number, line in enumerate(text.splitlines(), start=1):
        for form in TRACES:
            if found := form.search(line):
                yield f"{name}:{number}: carries {found[0]!r}"


def carried_files(root: Path) -> list[Path]:
    """Return the files that are, or are about to be, in the repository."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "-C",
            root,
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        capture_output=True,
        check=True,
        timeout=30,
    )
    names = [n.decode() for n in listed.stdout.split(b"\0") if n]
    return [path for n in names if (path := root / n).is_file()]


def readable(path: Path) -> str:
    """Return the text of a file; empty for one that is not UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
