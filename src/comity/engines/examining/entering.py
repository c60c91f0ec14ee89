"""Which reader takes which container apart."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from comity.engines.examining.archives import KINDS, archive_entries
from comity.engines.examining.containers import Entry, packed_entries, tar_entries, zip_entries
from comity.engines.examining.disks import disk_entries
from comity.engines.examining.messages import mail_entries, mailbox_entries, warc_entries
from comity.evidence.examination import Bounds


def entries_of(container: str, file: BinaryIO, name: bytes, bounds: Bounds) -> Iterator[Entry]:
    """Yield the entries of a container; raise one of ``READ_ERRORS`` where it does not hold.

    Args:
        container: As the detector says.
        file: Its bytes.
        name: Its own name, from which that of a packed file follows.
        bounds: What may be used.
    """
    readers: Mapping[str, Callable[[BinaryIO, bytes, Bounds], Iterator[Entry]]] = {
        "zip": zip_entries,
        "tar": tar_entries,
        "gzip": packed_entries,
        "bzip2": packed_entries,
        "xz": packed_entries,
        "mail": mail_entries,
        "mbox": mailbox_entries,
        "warc": warc_entries,
        "disk": disk_entries,
        **{kind: archive_entries(kind) for kind in KINDS},
    }
    return readers[container](file, name, bounds)
