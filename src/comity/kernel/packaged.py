"""Data files that ship inside installed packages: the one stated exception to "the domain does no IO"."""

from importlib import resources


def packaged_bytes(package: str, name: str) -> bytes:
    """Return the bytes of a file that ships with an installed package.

    Args:
        package: Importable name, e.g. ``comity.treaty``.
        name: Path inside it with forward slashes, e.g. ``data/convention.json``.
    """
    return resources.files(package).joinpath(name).read_bytes()
