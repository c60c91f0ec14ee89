"""The kinds of columns that both engines know, and tables made of them."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

METADATA = MetaData()


def text(name: str, *, null: bool = False) -> Column[str]:
    """Return a column of text."""
    return Column(name, Text, nullable=null)


def whole(name: str, *, null: bool = False) -> Column[int]:
    """Return a column of whole numbers of 64 bits."""
    return Column(name, BigInteger, nullable=null, autoincrement=False)


def octets(name: str, *, null: bool = False) -> Column[bytes]:
    """Return a column of bytes."""
    return Column(name, LargeBinary, nullable=null)


def table(name: str, *parts: Column[str] | Column[int] | Column[bytes] | Index, key: str) -> Table:
    """Return a table; ``key`` names the columns of its primary key, parted by spaces."""
    return Table(name, METADATA, *parts, PrimaryKeyConstraint(*key.split()))
