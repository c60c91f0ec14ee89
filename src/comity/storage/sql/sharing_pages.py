"""Pages of shared objects: one statement reads an index, judges the marks and joins the bytes.

Two statements read a page. The first looks at the numbers right behind the last page, where nearly everything
is what the reader may see. Where much of that is not, the second reads each mark by an index of its own and
merges them, so that what is passed over costs nothing, however much it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    LargeBinary,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from comity.indicators.marks import Tlp
from comity.indicators.ports import NOTHING, Stretch, Wanted
from comity.kernel.clock import Instant
from comity.storage.sql import sharing_tables as t
from comity.storage.sql.statements import Rows, Statement

_NEAR_TIMES = 4
"""How many numbers the first statement looks at, for each object that is wanted."""


class _Joined(FunctionElement[bytes]):
    """Bytes of rows, joined by commas in the order in which the rows come."""

    type = LargeBinary()
    inherit_cache = True
    name = "joined"


@compiles(_Joined, "sqlite")
def _joined_in_file(element: _Joined, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(group_concat({compiler.process(element.clauses, **kw)}, ',') AS BLOB)"


@compiles(_Joined, "postgresql")
def _joined_on_server(element: _Joined, compiler: SQLCompiler, **kw: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **kw)}, ','::bytea)"


def _on_shelf(objects: FromClause, *, kept: bool) -> tuple[ColumnElement[bool], ...]:
    c = objects.c
    place = (c.authority == bindparam("authority"), c.shelf == bindparam("shelf"), c.newest == 1)
    return (*place, c.keep_until > bindparam("kept")) if kept else place


def _open(objects: FromClause, tlp: Tlp, most: Tlp) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for what has exactly one mark: open to the reader, or else brought by it."""
    marked = objects.c.tlp == literal_column(str(int(tlp)))
    return (marked,) if tlp <= most else (objects.c.owner == bindparam("owner"), marked)


_FIELDS = ("number", "added_at", "body")
_AFTER: BindParameter[int] = bindparam("after")


def _page(rows: Any, more: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> Statement:
    """Return the statement that joins ordered rows; ``more`` tells whether others lie behind a number."""
    page = rows.limit(bindparam("most")).subquery("page")
    told = select(
        _Joined(page.c.body).label("joined"),
        func.min(page.c.added_at).label("first_at"),
        func.max(page.c.added_at).label("last_at"),
        func.max(page.c.number).label("last"),
    ).subquery("told")
    return Statement(select(told, more(told.c.last).label("more")))


def _near(*, kept: bool) -> Statement:
    behind = t.SHARED_OBJECT.alias("behind")

    def wanted(objects: FromClause, after: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
        c = objects.c
        seen = or_(c.tlp <= bindparam("most_tlp"), c.owner == bindparam("owner"))
        return (*_on_shelf(objects, kept=kept), c.number > after, c.number <= bindparam("until"), seen)

    o = t.SHARED_OBJECT
    rows = select(*(o.c[name] for name in _FIELDS)).where(*wanted(o, _AFTER)).order_by(o.c.number)
    return _page(rows, lambda last: exists(select(behind.c.number).where(*wanted(behind, last))))


def _far(most: Tlp, *, kept: bool) -> Statement:
    def marked(objects: FromClause, tlp: Tlp, after: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
        return (*_on_shelf(objects, kept=kept), *_open(objects, tlp, most), objects.c.number > after)

    def of_mark(tlp: Tlp) -> Select[Any]:
        o = t.SHARED_OBJECT.alias(f"mark{int(tlp)}")
        return select(*(o.c[name] for name in _FIELDS)).where(*marked(o, tlp, _AFTER))

    def behind(tlp: Tlp, last: ColumnElement[int]) -> ColumnElement[bool]:
        o = t.SHARED_OBJECT.alias(f"behind{int(tlp)}")
        return exists(select(o.c.number).where(*marked(o, tlp, last)))

    rows = union_all(*map(of_mark, Tlp)).order_by("number")
    return _page(rows, lambda last: or_(*(behind(tlp, last) for tlp in Tlp)))


_NEAR: Mapping[bool, Statement] = {kept: _near(kept=kept) for kept in (False, True)}
_FAR: Mapping[tuple[Tlp, bool], Statement] = {
    (most, kept): _far(most, kept=kept) for most in Tlp for kept in (False, True)
}


def read_page(rows: Rows, place: Mapping[str, str], wanted: Wanted, *, after: int) -> Stretch:
    """Return the newest versions behind a number that may be seen, as joined bytes."""
    is_kept = wanted.at is not None
    asked = {**place, "after": after, "most": wanted.most, "owner": wanted.owner, "kept": wanted.at}
    until = after + _NEAR_TIMES * wanted.most
    found = rows.one(_NEAR[is_kept], **asked, until=until, most_tlp=int(wanted.most_tlp))
    if found is None or not found[4]:
        found = rows.one(_FAR[wanted.most_tlp, is_kept], **asked)
    if found is None or found[0] is None:
        return NOTHING
    return Stretch(
        joined=bytes(found[0]),
        first_at=Instant(found[1]),
        last_at=Instant(found[2]),
        last=int(found[3]),
        more=bool(found[4]),
    )
