"""The library in one SQLite file: versions of provisions, their marks, and rankings that were computed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from comity.kernel.errors import ConflictError, NotFoundError
from comity.law.ports import Holding, Kept, LibraryWriter, Place
from comity.law.provisions import Dated, Provision, split_reference
from comity.storage.library.tables import CREATE, PROVISION, RANKING, SCHEMA, STEP
from comity.storage.sql.engine import SqliteDatabase, create_file, plain_connection, require_file
from comity.storage.sql.statements import Among, Row, Rows, Statement, upsert

FILE = "library.sqlite"

_P = PROVISION.c
_TEXTS = (
    _P.country,
    _P.language,
    _P.instrument,
    _P.section,
    _P.title,
    _P.path,
    _P.heading,
    _P.body,
    _P.source,
)
_ALL = select(_P.number, *_TEXTS, _P.digest, _P.ordinal, _P.since, _P.until)
_ORDER = (_P.country, _P.instrument, _P.language, _P.ordinal, _P.number)
_INSTRUMENT = (
    _P.country == bindparam("country"),
    _P.instrument == bindparam("instrument"),
    _P.language == bindparam("language"),
)
_STANDING = Statement(_ALL.where(*_INSTRUMENT, _P.until.is_(None)))
_EVERYTHING = Statement(_ALL.where(_P.until.is_(None)).order_by(*_ORDER))
_OF_COUNTRY = Statement(_ALL.where(_P.country == bindparam("country"), _P.until.is_(None)).order_by(*_ORDER))
_VERSIONS = Statement(
    _ALL.where(
        _P.country == bindparam("country"),
        _P.instrument == bindparam("instrument"),
        _P.section == bindparam("section"),
    ).order_by(_P.since, _P.number)
)
_BY_NUMBER = Among(_ALL, _P.number)
_MARKED = Statement(
    select(_P.number, *_TEXTS, _P.marks)
    .where(
        _P.country == bindparam("country"),
        _P.since <= bindparam("day"),
        or_(_P.until.is_(None), _P.until > bindparam("day")),
        _P.marks.is_not(None),
    )
    .order_by(*_ORDER)
)
_HOLDINGS = Statement(
    select(
        _P.country,
        _P.instrument,
        func.max(_P.title),
        _P.language,
        func.sum(_P.until.is_(None)),
        func.count(),
        func.max(_P.since),
    )
    .group_by(_P.country, _P.instrument, _P.language)
    .order_by(_P.country, _P.instrument, _P.language)
)
_LANGUAGES = Statement(
    select(_P.language)
    .where(_P.country == bindparam("country"), _P.until.is_(None))
    .distinct()
    .order_by(_P.language)
)
_BEGIN = Statement(
    insert(PROVISION).values(
        {column.name: bindparam(column.name) for column in PROVISION.c if column.name != "number"}
    )
)
_MOVE = Statement(
    update(PROVISION)
    .where(_P.number == bindparam("which"))
    .values(ordinal=bindparam("ordinal"), marks=bindparam("marks"))
)
_END = Statement(update(PROVISION).where(_P.number == bindparam("which")).values(until=bindparam("until")))
_DROP = Statement(delete(PROVISION).where(_P.number == bindparam("which"), _P.since == bindparam("until")))
_FORGET = Statement(delete(RANKING).where(RANKING.c.country == bindparam("country")))
_KEEP = upsert(RANKING)
_RANKING = Statement(
    select(RANKING.c.knowledge, RANKING.c.places).where(
        RANKING.c.country == bindparam("country"),
        RANKING.c.article == bindparam("article"),
        RANKING.c.language == bindparam("language"),
    )
)
_SCHEMA = Statement(select(func.max(STEP.c.number)))
_PLACES = msgspec.msgpack.Decoder(list[tuple[int, float, int, int]])


class SqliteLibrary:
    """A library in a folder.

    Args:
        folder: Its folder.
        make: Whether an absent library is made.

    Raises:
        NotFoundError: ``law.library``.
        ConflictError: ``store.newer`` for a library of newer software.
    """

    def __init__(self, folder: Path, *, make: bool = False) -> None:
        path = folder / FILE
        if not path.exists():
            if not make:
                raise NotFoundError(
                    "law.library",
                    "there is no library of laws here",
                    hint="import a law first: comity law import --country ISO3 FILE",
                )
            _make(path)
        require_file(path)
        self._database = SqliteDatabase(path)
        with self._database.reading() as rows:
            found = rows.one(_SCHEMA)
        if found is None or found[0] != SCHEMA:
            raise ConflictError(
                "store.newer", "the library was made by newer software", hint="install that software"
            )

    @contextmanager
    def writing(self) -> Iterator[LibraryWriter]:
        """Yield one transaction: kept whole at the end, or not at all."""
        with self._database.writing() as rows:
            yield _Writer(rows)

    def holdings(self, country: str = "") -> tuple[Holding, ...]:
        """Return what is held."""
        with self._database.reading() as rows:
            found = rows.all(_HOLDINGS)
        return tuple(
            Holding(
                country=row[0],
                instrument=row[1],
                title=row[2],
                language=row[3],
                provisions=int(row[4]),
                versions=int(row[5]),
                since=date.fromisoformat(row[6]),
            )
            for row in found
            if country in ("", row[0])
        )

    def languages(self, country: str) -> tuple[str, ...]:
        """Return the languages of what stands today of a State, in order."""
        with self._database.reading() as rows:
            return tuple(str(row[0]) for row in rows.all(_LANGUAGES, country=country))

    def marked(self, country: str, *, on: date) -> Iterator[tuple[int, Provision, bytes]]:
        """Yield number, provision and marks of what stands on a day and has marks."""
        with self._database.reading() as rows:
            found = rows.all(_MARKED, country=country, day=on.isoformat())
        for row in found:
            yield row[0], _provision(row[1:10]), row[10]

    def versions(self, reference: str) -> tuple[Kept, ...]:
        """Return every version of a provision, the oldest first."""
        country, instrument, section = split_reference(reference)
        with self._database.reading() as rows:
            found = rows.all(_VERSIONS, country=country, instrument=instrument, section=section)
        return tuple(map(_kept, found))

    def kept(self, numbers: Sequence[int]) -> dict[int, Kept]:
        """Return versions by their numbers."""
        if not numbers:
            return {}
        with self._database.reading() as rows:
            return {row[0]: _kept(row) for row in _BY_NUMBER.all(rows, list(numbers))}

    def standing(self, country: str = "") -> Iterator[Kept]:
        """Yield everything that stands today."""
        with self._database.reading() as rows:
            found = rows.all(_OF_COUNTRY, country=country) if country else rows.all(_EVERYTHING)
        yield from map(_kept, found)

    def ranking(
        self, country: str, article: int, *, knowledge: str, language: str
    ) -> tuple[Place, ...] | None:
        """Return a ranking that was kept; None where there is none, or older knowledge made it."""
        with self._database.reading() as rows:
            row = rows.one(_RANKING, country=country, article=article, language=language)
        if row is None or row[0] != knowledge:
            return None
        return tuple(
            Place(number=number, score=score, start=start, end=end)
            for number, score, start, end in _PLACES.decode(row[1])
        )

    def keep_ranking(
        self, country: str, article: int, places: Sequence[Place], *, knowledge: str, language: str
    ) -> None:
        """Keep the ranking of an article for a State."""
        packed = msgspec.msgpack.encode([(one.number, one.score, one.start, one.end) for one in places])
        with self._database.writing() as rows:
            rows.put(_KEEP, (country, article, language, knowledge, packed))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class _Writer:
    """What an import does, inside one transaction."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def standing(self, country: str, instrument: str, language: str) -> dict[str, Kept]:
        found = self._rows.all(_STANDING, country=country, instrument=instrument, language=language)
        return {row[4]: _kept(row) for row in found}

    def begin(self, dated: Dated, *, marks: bytes | None) -> None:
        one = dated.provision
        self._rows.run(
            _BEGIN,
            country=one.country,
            language=one.language,
            instrument=one.instrument,
            section=one.section,
            title=one.title,
            path=msgspec.json.encode(one.path).decode(),
            heading=one.heading,
            body=one.text,
            source=one.source,
            digest=one.digest(),
            ordinal=dated.ordinal,
            since=dated.since.isoformat(),
            until=dated.until.isoformat() if dated.until is not None else None,
            marks=marks,
        )

    def move(self, number: int, *, ordinal: int, marks: bytes | None) -> None:
        self._rows.run(_MOVE, which=number, ordinal=ordinal, marks=marks)

    def end(self, number: int, *, until: date) -> None:
        if not self._rows.run(_DROP, which=number, until=until.isoformat()):
            self._rows.run(_END, which=number, until=until.isoformat())

    def forget_rankings(self, country: str) -> None:
        self._rows.run(_FORGET, country=country)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    create_file(path)
    connection = plain_connection(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        for statement in CREATE:
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _provision(texts: Sequence[Any]) -> Provision:
    country, language, instrument, section, title, path, heading, body, source = texts
    return Provision(
        country=country,
        language=language,
        instrument=instrument,
        section=section,
        title=title,
        path=tuple(msgspec.json.decode(path)),
        heading=heading,
        text=body,
        source=source,
    )


def _kept(row: Row) -> Kept:
    return Kept(
        number=row[0],
        digest=row[10],
        dated=Dated(
            provision=_provision(row[1:10]),
            ordinal=row[11],
            since=date.fromisoformat(row[12]),
            until=date.fromisoformat(row[13]) if row[13] is not None else None,
        ),
    )
