"""The tables of a ledger, and how its moves are made from them, in the SQL of DuckDB."""

TABLES = """
create table if not exists setting (name varchar primary key, value varchar);
create table if not exists source (
  digest varchar primary key, name varchar, form varchar, size bigint, moment bigint, officer varchar,
  fresh bigint, known bigint, nr integer);
create table if not exists block (height bigint primary key, id varchar);
create table if not exists tx (
  id varchar, height bigint, position bigint, moment bigint, ins integer, outs integer, came integer);
create table if not exists output (
  tx varchar, n integer, value hugeint, address varchar, kind varchar, came integer);
create table if not exists input (
  tx varchar, n integer, from_tx varchar, from_n integer);
create table if not exists transfer (
  id varchar, height bigint, position bigint, moment bigint, sender varchar, receiver varchar, value hugeint,
  came integer);
create table if not exists link (
  place bigint, rule varchar, tx varchar, first varchar, second varchar, because varchar);
create table if not exists asked (
  trail varchar primary key, method varchar, seeds varchar, since bigint, until bigint, inputs varchar,
  moment bigint, officer varchar)
"""
"""Rows have no index, which would have to fit into memory: what comes is compared by joins. ``nr`` numbers
the files in the order in which they came; ``came`` is the first that brought a row."""

BEFORE = """
create table past.setting as select * from setting where name <> 'links';
create table past.block as select * from block where false;
create table past.link as select * from link where false;
create table past.asked as select * from asked where false;
create table past.input as select i.* from input i join tx t on t.id = i.tx where t.came <=;
create table past.source as select * from source where nr <=;
create table past.tx as select * from tx where came <=;
create table past.output as select * from output where came <=;
create table past.transfer as select * from transfer where came <=
"""

INSIDE = """
select distinct c.height, i.tx, i.from_tx
from input i join tx c on c.id = i.tx join tx p on p.id = i.from_tx and p.height = c.height
"""
"""Who spends from whom within a block."""

OF_OUTPUTS = """
create temp table ordered as
  select t.id, t.moment, t.came from tx t left join deep d on d.id = t.id
  order by t.height, coalesce(d.depth, 0), t.id;
drop table deep;
create table ranked as select id, moment, row_number() over () as nr, came from ordered;
drop table ordered;
create temp table ordered as
  select tx, n, address from (
    select tx, n, address from output
    union all select id, -1, '' from tx
    union all select 'fees', 0, 'fees')
  order by tx, n;
create table holder as select row_number() over () - 1 as id, tx, n, address from ordered;
drop table ordered;
create temp table known as
  select i.tx, i.n, o.tx as from_tx, o.n as from_n, o.value, o.came
  from input i left join output o on o.tx = i.from_tx and o.n = i.from_n;
create temp table pays as
  select k.tx, 0 as phase, k.n, h.id as s, p.id as d, k.value, k.came
  from known k join holder h on h.tx = k.from_tx and h.n = k.from_n join holder p on p.tx = k.tx and p.n = -1
  union all
  select o.tx, 1, o.n, p.id, h.id, o.value, t.came
  from output o join tx t on t.id = o.tx
  join holder h on h.tx = o.tx and h.n = o.n join holder p on p.tx = o.tx and p.n = -1;
insert into pays
  select b.tx, 2, 0, p.id, f.id, b.rest, b.came from (
    select tx, sum(case when phase = 0 then value else -value end) as rest, max(came) as came
    from pays group by tx) b
  join holder p on p.tx = b.tx and p.n = -1
  join holder f on f.tx = 'fees'
  join (select tx from known group by tx having count(*) = count(value)) w on w.tx = b.tx
  where b.rest <> 0;
drop table known;
create temp table ordered as
  select t.id as tx, t.moment, s, d, value::hugeint as value, greatest(t.came, pays.came) as came
  from pays join ranked t on t.id = pays.tx order by t.nr, phase, n;
drop table pays;
create table move as select row_number() over () - 1 as place, * from ordered;
drop table ordered
"""
"""What is held: each output, each transaction as a pot, and the fees. Into a pot its inputs go in order,
out of it its outputs in order, and last the fee, where every input is known. Within a block a transaction
comes after those that it spends from; the place that a file gave it is not looked at: not every form tells
it, and files in any order are to give the same."""

OF_ACCOUNTS = """
create temp table ordered as
  select row_number() over () - 1 as place, * from (
  select id, moment, value, came,
    case sender when '' then 'made:' else sender end as sender,
    case receiver when '' then 'burnt:' else receiver end as receiver
  from transfer order by moment, height, position, id);
create temp table named as
  select address from (select sender as address from ordered union select receiver from ordered)
  order by address;
create table holder as select row_number() over () - 1 as id, '' as tx, 0 as n, address from named;
drop table named;
create temp table paying as
  select o.place, o.id as tx, o.moment, h.id as s, o.receiver, o.value, o.came
  from ordered o join holder h on h.address = o.sender;
drop table ordered;
create table move as
  select p.place, p.tx, p.moment, p.s, h.id as d, p.value, p.came
  from paying p join holder h on h.address = p.receiver order by p.place;
drop table paying
"""
"""Rows are sorted first and numbered as they come out: a sort goes to disk, an ordered window does not."""

SHAPE = """
create table shape as select
  (select count(*) from holder) as holders,
  (select count(*) from move) as moves,
  (select count(*) from input i left join output o on o.tx = i.from_tx and o.n = i.from_n where o.tx is null)
    as unseen
"""

FIGURES = """
with paid as (
    select sum(o.value) as value, sum(case when t.ins = 0 then o.value end) as made
    from output o join tx t on t.id = o.tx),
  accounts as (select sum(value) as value, sum(case when sender = '' then value end) as made from transfer)
select
  (select count(*) from tx) + (select count(distinct id) from transfer),
  (select count(distinct address) from holder where address not in ('', 'fees', 'made:', 'burnt:')),
  (select min(moment) from move),
  (select max(moment) from move),
  coalesce((select value from paid), 0) + coalesce((select value from accounts), 0),
  coalesce((select made from paid), 0) + coalesce((select made from accounts), 0),
  coalesce((select sum(m.value) from move m join holder h on h.id = m.d where h.tx = 'fees'), 0)
"""
"""Transactions, addresses, times, what was paid, newly made, and left as fees."""

SPENDINGS = """
with first as (
    select address, arg_min(o.tx, (t.nr, o.n)) as tx
    from output o join ranked t on t.id = o.tx group by address),
  made as (
    select o.tx, list((o.address, o.value, o.kind, f.tx = o.tx) order by o.n) as made
    from output o join first f using (address) group by o.tx),
  spent as (
    select i.tx, list((coalesce(p.address, ''), p.value, coalesce(p.kind, '')) order by i.n) as spent
    from input i left join output p on p.tx = i.from_tx and p.n = i.from_n group by i.tx)
select t.id, s.spent, m.made
from ranked t left join spent s on s.tx = t.id left join made m on m.tx = t.id
order by t.nr
"""

WINDOW_OF_MOVES = """
select place, s, d, least(value, ?)::bigint as a from move where place >= ? and place < ?
"""

WIDE_MOVES = """
select place, s, d, (value >> 64)::ubigint as ah, (value & 18446744073709551615::hugeint)::ubigint as al,
  came > ? as fresh
from move where place >= ? and place < ?
"""

HELD = """
create or replace table held as
select id, first, bh::hugeint * 18446744073709551616 + bl as balance,
  th::hugeint * 18446744073709551616 + tl as taint
from {source} where {only}
"""
"""What holders hold at the end: tainted ones, or under poison those that were reached."""

ANSWER = """
create or replace table answer as
select coalesce(nullif(h.address, ''), 'fees') as address, sum(balance) as balance, sum(taint) as taint
from held join holder h using (id) group by 1 having sum(balance) > 0
"""

REACHED = """
select h.address, min(first) from held join holder h using (id) join staged w on w.address = h.address
where first >= 0 and h.address <> '' group by 1
"""

MOVED = """
select m.place, m.tx, m.moment, m.s, m.d, s.address, d.address, m.value
from move m join holder s on s.id = m.s join holder d on d.id = m.d join staged w on w.place = m.place
"""

ONCE_TWICE = """
create or replace temp table twice as
  select id, max(height) as height from (select id, height from tx union all select id, height from new_tx)
  where id in ('d5d27987d2a3dfc724e359870c6644b40e497bdc0589a033220fe15429d88599',
    'e3bf3d07d4b0375638d5f1db5255fe07ba2c4cb067cd81b84ee974b6585fb468')
  group by id;
delete from tx using twice where twice.id = tx.id and twice.height > tx.height;
delete from new_tx using twice where twice.id = new_tx.id and twice.height > new_tx.height;
drop table twice
"""
"""Two transactions of Bitcoin stand in two blocks each (BIP 30): the later one stands here."""

CONTRADICTIONS = {
    "a transaction is told in two blocks, or at two times": """
select t.id from tx t join new_tx s using (id) where t.height <> s.height or t.moment <> s.moment limit 1
""",
    "the blocks of one height have two times": """
select s.id from new_tx s join (
  select height, min(moment) as least, max(moment) as most
  from tx semi join new_tx using (height) group by height
) t using (height) where t.least <> t.most limit 1
""",
    "an output is told with two amounts or two addresses": """
select o.tx from output o join new_output s using (tx, n)
where o.value <> s.value or o.address <> s.address or o.kind <> s.kind limit 1
""",
    "a transaction is told twice, with other inputs or outputs": """
select t.id from tx t join new_tx s using (id) where t.ins <> s.ins or t.outs <> s.outs
union all
select i.tx from input i join new_input s using (tx, n)
where i.from_tx <> s.from_tx or i.from_n <> s.from_n limit 1
""",
    "an output is spent twice": """
select i.tx from input i join new_input s using (from_tx, from_n) where i.tx <> s.tx or i.n <> s.n limit 1
""",
    "an output is spent that its transaction does not have": """
select o.tx from output o join tx t on t.id = o.tx where o.n >= t.outs
union all
select i.tx from input i join tx t on t.id = i.from_tx where i.from_n >= t.outs limit 1
""",
    "an output is spent before it was made": """
select i.tx from input i join tx c on c.id = i.tx join tx p on p.id = i.from_tx
where p.height > c.height limit 1
""",
}
"""What cannot be on one chain, and how it is found once the new rows are among the old."""

OVERPAID = """
with touched as (
    select id from new_tx
    union select i.tx from input i join new_output s on s.tx = i.from_tx and s.n = i.from_n),
  spent as (
    select i.tx, sum(o.value) as value, count(*) = count(o.value) as whole
    from input i semi join touched t on t.id = i.tx
    left join output o on o.tx = i.from_tx and o.n = i.from_n group by i.tx),
  paid as (
    select o.tx, sum(o.value) as value from output o semi join touched t on t.id = o.tx group by o.tx)
select p.tx from paid p join spent s using (tx) join tx on tx.id = p.tx
where s.whole and p.value > s.value limit 1
"""
"""A transaction that pays more than it spends, among those of which something new is known."""

INCOMING = """
create or replace temp table incoming as
select line, {id} as id, {height} as height, {place} as position, {moment} as moment,
  {sender} as sender, {receiver} as receiver, {value} as value
from (select row_number() over () as line, * from file) {only}
"""

DIFFERING = """
select i.id from incoming i join transfer t using (id, position)
where i.value <> t.value or i.sender <> t.sender or i.receiver <> t.receiver limit 1
"""


def steps(script: str) -> tuple[str, ...]:
    """Return the statements of a script."""
    return tuple(one.strip() for one in script.split(";"))
