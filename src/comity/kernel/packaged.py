"""Data files that ship inside installed packages: the one stated exception to "the domain does no IO"."""

import pkgutil


def packaged_bytes(package: str, name: str) -> bytes:
    """Return the bytes of a file that ships with an installed package.

    Args:
        package: Importable name, e.g. ``comity.treaty``.
        name: Path inside it with forward slashes, e.g. ``data/convention.json``.

    Raises:
        FileNotFoundError: the package ships no such file.
    """
    found = pkgutil.get_data(package, name)  # importlib.resources loads zip files and temporary folders first
    if found is None:
        raise FileNotFoundError(f"{package} has no files")
    return found
