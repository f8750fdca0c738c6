-- What pages count and sort by, kept in memory under small numbers: a page over a million events answers in time.
-- `news` is the attached database file. Documents are numbered newest first; `event` and the like are positions.

create or replace table doc as
select cast(row_number() over (order by try_cast(left(published, 10) as date) desc nulls last, id) as integer) as n,
    id, title, published, try_cast(left(published, 10) as date) as day, publisher, url, lang, length(text) as size
from news.documents order by n;

create or replace table ev as
select d.n as doc, e.position as event, coalesce(try_cast(e.date_start as date), d.day) as day, e.type, e.mode,
    e.quad, cast(e.score as float) as score, e.factuality, e.reciprocal,
    e.factuality in ('asserted', 'recurring') and e.polarity = 'positive' as happened,
    round(e.place_lat, 3) as lat, round(e.place_lon, 3) as lon, e.place_text as place, e.place_country as country
from news.events e join doc d on d.id = e.document;

create or replace table party as
select d.n as doc, m.event, m.side, m.code, m.id, split_part(m.code, '.', 1) as root
from news.event_members m join doc d on d.id = m.document
where m.code is not null or m.id is not null;

create or replace table taker as
select distinct p.doc, p.event, p.root, e.day, e.happened from party p join ev e using (doc, event) where p.root is not null;

create or replace table pair as
with side as (select distinct doc, event, side, root from party where root is not null)
select distinct e.doc, e.event, e.day, e.type, e.quad, e.score, e.happened, e.factuality, a.root as a, r.root as b
from ev e
join side a on a.doc = e.doc and a.event = e.event
join side r on r.doc = e.doc and r.event = e.event
where a.root <> r.root and (
    (not e.reciprocal and a.side = 'actor' and r.side = 'recipient')
    or (e.reciprocal and (a.side <> r.side or (a.side = 'actor' and r.side = 'actor' and not exists (
        select 1 from news.event_members m join doc d on d.id = m.document
        where d.n = e.doc and m.event = e.event and m.side = 'recipient'
    ))))
);

create or replace table said as
select d.n as doc, s.position as statement, m.code, m.id
from news.statements s join doc d on d.id = s.document
join news.statement_members m on m.document = s.document and m.statement = s.position and m.side = 'source'
where m.code is not null or m.id is not null;

create or replace table held as
select d.n as doc, s.position as stance, s.polarity, s.object_text, s.object_actors, m.code, m.id,
    split_part(m.code, '.', 1) as root
from news.stances s join doc d on d.id = s.document
join news.stance_members m on m.document = s.document and m.stance = s.position
where m.code is not null or m.id is not null;

create or replace table who as
select d.n as doc, a.id, a.name, a.code, a.country, a.sector, a.office, a.kind
from news.actors a join doc d on d.id = a.document;

create or replace table actor as
select id, arg_min(name, doc) as name, arg_min(code, doc) as code, arg_min(country, doc) as country,
    arg_min(sector, doc) as sector, arg_min(kind, doc) as kind, count(distinct doc) as docs
from who group by id;
