-- What pages count and sort by, kept in memory under small numbers: a page over a million events answers in time.
-- `news` is the attached database file. Documents are numbered newest first (`n`, elsewhere `doc`), pairs of code and
-- id (`p`), and events by `k`, which is `doc` and `event`, the position within the document, in one number.

create or replace table doc as
select cast(row_number() over (order by try_cast(left(published, 10) as date) desc nulls last, id) as integer) as n,
    id, title, published, try_cast(left(published, 10) as date) as day, publisher, url, lang
from news.documents order by n;

create or replace table name as
select cast(row_number() over (order by id, code) as integer) as p, code, id, split_part(code, '.', 1) as root
from (
    select code, id from news.event_members
    union select code, id from news.statement_members
    union select code, id from news.stance_members
    union select code, id from news.actors
) where code is not null or id is not null;

create or replace table ev as
select cast(d.n as bigint) * 100000 + e.position as k, d.n as doc, e.position as event,
    coalesce(try_cast(e.date_start as date), d.day) as day, e.type, e.quad, cast(e.score as float) as score,
    e.factuality, e.reciprocal, e.factuality in ('asserted', 'recurring') and e.polarity = 'positive' as happened,
    round(e.place_lat, 3) as lat, round(e.place_lon, 3) as lon, e.place_text as place, e.place_country as country
from news.events e join doc d on d.id = e.document;

create or replace temp table member as
select cast(d.n as bigint) * 100000 + m.event as k, m.side, n.p, n.root
from news.event_members m join doc d on d.id = m.document
left join name n on n.code is not distinct from m.code and n.id is not distinct from m.id;

create or replace table party as select distinct k, p from member where p is not null;

create or replace table taker as select distinct k, root from member where root is not null;

create or replace table pair as
with side as (select distinct k, side, root from member where root is not null),
aimed as (select distinct k from member where side = 'recipient')
select e.k, e.day, e.type, e.quad, e.score, e.happened, e.factuality, a.root as a, r.root as b
from ev e
join side a on a.k = e.k
join side r on r.k = e.k and r.root <> a.root
where (not e.reciprocal and a.side = 'actor' and r.side = 'recipient')
    or (e.reciprocal and (
        a.side <> r.side
        or (a.side = 'actor' and r.side = 'actor' and not exists (select 1 from aimed where aimed.k = e.k))
    ))
group by all;

create or replace table couple as select distinct k, least(a, b) as a, greatest(a, b) as b from pair;

drop table member;

create or replace table said as
select distinct d.n as doc, m.statement, n.p
from news.statement_members m join doc d on d.id = m.document
join name n on n.code is not distinct from m.code and n.id is not distinct from m.id
where m.side = 'source';

create or replace table held as
select distinct d.n as doc, m.stance, n.p
from news.stance_members m join doc d on d.id = m.document
join name n on n.code is not distinct from m.code and n.id is not distinct from m.id;

create or replace table who as
select d.n as doc, n.p, a.office
from news.actors a join doc d on d.id = a.document
join name n on n.code is not distinct from a.code and n.id is not distinct from a.id;

create or replace table actor as
select a.id, arg_min(a.name, d.n) as name, arg_min(a.code, d.n) as code, arg_min(a.country, d.n) as country,
    arg_min(a.sector, d.n) as sector, arg_min(a.kind, d.n) as kind, count(distinct d.n) as docs
from news.actors a join doc d on d.id = a.document group by a.id;

-- Who is for and against which words; words that mean the same are taken together by `analyse/positions.py`.
create or replace table stand as
select distinct d.n as doc, s.position as stance, s.polarity, n.root as holder, s.object_text as object
from news.stances s join doc d on d.id = s.document
join news.stance_members m on m.document = s.document and m.stance = s.position
join name n on n.code is not distinct from m.code and n.id is not distinct from m.id
where n.root is not null;
