"""The tables of the library, and the statement that makes them."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

SCHEMA = 1

_METADATA = MetaData()

STEP = Table("schema_step", _METADATA, Column("number", Integer, primary_key=True))

PROVISION = Table(
    "provision",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("country", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    Column("since", Text, nullable=False),
    Column("until", Text),
    Column("marks", LargeBinary),
)

RANKING = Table(
    "ranking",
    _METADATA,
    Column("country", Text, nullable=False),
    Column("article", BigInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("knowledge", Text, nullable=False),
    Column("places", LargeBinary, nullable=False),
    PrimaryKeyConstraint("country", "article", "language"),
)

CREATE = (
    "CREATE TABLE schema_step (number INTEGER NOT NULL PRIMARY KEY) STRICT",
    """CREATE TABLE provision (
        number INTEGER PRIMARY KEY AUTOINCREMENT, country TEXT NOT NULL, language TEXT NOT NULL,
        instrument TEXT NOT NULL, section TEXT NOT NULL, title TEXT NOT NULL, path TEXT NOT NULL,
        heading TEXT NOT NULL, body TEXT NOT NULL, source TEXT NOT NULL, digest BLOB NOT NULL,
        ordinal INTEGER NOT NULL, since TEXT NOT NULL, until TEXT, marks BLOB
    ) STRICT""",
    """CREATE UNIQUE INDEX provision_standing ON provision (country, instrument, language, section)
       WHERE until IS NULL""",
    "CREATE INDEX provision_spoken ON provision (country, language) WHERE until IS NULL",
    "CREATE INDEX provision_cited ON provision (country, instrument, section, since)",
    """CREATE TABLE ranking (
        country TEXT NOT NULL, article INTEGER NOT NULL, language TEXT NOT NULL, knowledge TEXT NOT NULL,
        places BLOB NOT NULL, PRIMARY KEY (country, article, language)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO schema_step (number) VALUES (1)",
)
