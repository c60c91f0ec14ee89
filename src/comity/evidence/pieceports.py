"""What evidence needs of a store for deliveries that are on their way in."""

from typing import Protocol

from comity.evidence.pieces import PieceKeeper, PieceList, PieceMap


class PieceStore(Protocol):
    """Deliveries on their way in: header, list of pieces, and the pieces that are here."""

    def begin(self, delivery: str, *, header: bytes, pieces: PieceList) -> None:
        """Make room for a delivery, named by 64 hexadecimal digits; a repetition changes nothing.

        Raises:
            ConflictError: ``delivery.differs``: the name is in use for another header or list.
        """
        ...

    def keeper(self, delivery: str) -> PieceKeeper:
        """Return what keeps pieces that come together; raise NotFoundError ``delivery.absent``."""
        ...

    def put_piece(self, delivery: str, index: int, data: bytes) -> None:
        """Keep one piece durably; a repetition changes nothing.

        Raises:
            UntrustedError: ``piece.digest``: it is not the piece that the list names.
            NotFoundError: ``delivery.absent``.
        """
        ...

    def received(self, delivery: str) -> PieceMap:
        """Return which pieces are durably here; raise NotFoundError ``delivery.absent``."""
        ...

    def pieces(self, delivery: str) -> PieceList:
        """Return the list of pieces; raise NotFoundError ``delivery.absent``."""
        ...

    def header(self, delivery: str) -> bytes:
        """Return the header that stands before the pieces; empty once they became a blob.

        Raises:
            NotFoundError: ``delivery.absent``.
        """
        ...

    def assemble(self, delivery: str) -> str:
        """Turn a complete delivery into a blob named by its Merkle root and return the name.

        Raises:
            ConflictError: ``delivery.incomplete``: pieces are missing.
            UntrustedError: ``piece.digest``: a piece no longer is what it was.
        """
        ...

    def forget(self, delivery: str) -> bool:
        """Remove what is kept of a delivery; return False when there was nothing."""
        ...

    def deliveries(self) -> tuple[str, ...]:
        """Return the names of the deliveries that are under way, sorted."""
        ...
