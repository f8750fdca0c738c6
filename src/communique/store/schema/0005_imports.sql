-- Events of other datasets stand beside the user's own coding, in a schema whose views have the names and columns of the
-- tables of that coding: the same queries read both. What only a text has (words, offsets) is null there.
create schema imported;

create table imported.coded (
    document varchar not null,
    dataset varchar not null,
    id varchar not null,
    type varchar,
    mode varchar,
    context varchar[] not null,
    cameo varchar,
    score double,
    quad varchar,
    reciprocal boolean not null,
    date_start varchar,
    date_end varchar,
    place_text varchar,
    place_country varchar,
    place_lat double,
    place_lon double,
    place_geonameid bigint,
    published varchar,
    publisher varchar,
    url varchar,
    reports integer,
    deaths integer,
    run varchar not null
);
comment on table imported.coded is 'One row per event of another dataset, as `communique import` read it.';
comment on column imported.coded.document is 'The dataset, a colon and id.';
comment on column imported.coded.dataset is 'Where it comes from: gdelt, icews, polecat, acled, or the name given.';
comment on column imported.coded.id is 'Its id there.';
comment on column imported.coded.type is 'PLOVER event type; null for what PLOVER has none for (CAMEO 01, 02).';
comment on column imported.coded.mode is 'PLOVER mode.';
comment on column imported.coded.context is 'PLOVER contexts.';
comment on column imported.coded.cameo is 'CAMEO code; null where the dataset has none.';
comment on column imported.coded.score is 'Intensity from -10 to 10 as the dataset gives it; PLOVER''s where it gives none.';
comment on column imported.coded.quad is 'Verbal or material, cooperation or conflict; null where nothing tells.';
comment on column imported.coded.reciprocal is 'True where every party both acts and receives.';
comment on column imported.coded.date_start is 'First day, ISO 8601.';
comment on column imported.coded.date_end is 'Last day.';
comment on column imported.coded.place_text is 'Name of the place.';
comment on column imported.coded.place_country is 'Its country, ISO 3166 alpha-3.';
comment on column imported.coded.place_lat is 'Latitude, WGS 84 degrees.';
comment on column imported.coded.place_lon is 'Longitude.';
comment on column imported.coded.place_geonameid is 'GeoNames id.';
comment on column imported.coded.published is 'Day the report was published or added.';
comment on column imported.coded.publisher is 'Who published it.';
comment on column imported.coded.url is 'Where.';
comment on column imported.coded.reports is 'How many articles report it, where the dataset counts them.';
comment on column imported.coded.deaths is 'Deaths, where the dataset counts them.';
comment on column imported.coded.run is 'runs.id of the import.';

create table imported.members (
    document varchar not null,
    side varchar not null,
    position integer not null,
    code varchar,
    text varchar not null
);
comment on table imported.members is 'The parties of imported events.';
comment on column imported.members.document is 'imported.coded.document';
comment on column imported.members.side is 'actor or recipient';
comment on column imported.members.position is 'Order on that side.';
comment on column imported.members.code is 'Country or organisation, then the sector after a dot; null where the name is known to no dictionary.';
comment on column imported.members.text is 'Its name there.';

create view imported.events as
select
    document, 0 as position, id, dataset, type, mode, cameo, score, quad, reciprocal, 'asserted' as factuality,
    'positive' as polarity, cast([] as varchar[]) as according_to,
    cast(null as varchar) as date_text, cast(null as integer) as date_span_start, cast(null as integer) as date_span_end,
    date_start, date_end,
    place_text, cast(null as integer) as place_span_start, cast(null as integer) as place_span_end,
    place_country, place_lat, place_lon, place_geonameid,
    cast(null as varchar) as trigger_text, cast(null as integer) as trigger_start, cast(null as integer) as trigger_end,
    cast(null as integer) as sentence_start, cast(null as integer) as sentence_end, cast(1 as double) as confidence,
    'import:' || dataset as made_by
from imported.coded;
comment on view imported.events is 'As events, with the dataset; a dataset''s own confidence is not known and counts as 1.';

create view imported.documents as
select
    document as id, cast(null as varchar) as title, published, publisher, url, cast(null as varchar) as lang,
    cast(null as varchar) as text
from imported.coded;
comment on view imported.documents is 'As documents: one a row of the dataset, without text.';

create view imported.event_members as
select
    document, 0 as event, side, position, cast(null as varchar) as id, code, text,
    cast(null as integer) as span_start, cast(null as integer) as span_end
from imported.members;
comment on view imported.event_members is 'As event_members, without offsets.';

create view imported.event_context as
select document, 0 as event, n - 1 as position, context[n] as context
from (select document, context, unnest(range(1, len(context) + 1)) as n from imported.coded);
comment on view imported.event_context is 'As event_context.';

create view imported.event_days as
select
    document, 0 as event, coalesce(try_cast(date_start as date), try_cast(left(published, 10) as date)) as day
from imported.coded;
comment on view imported.event_days is 'As event_days.';

create view imported.dyads as
select distinct
    e.document, 0 as event, coalesce(try_cast(e.date_start as date), try_cast(left(e.published, 10) as date)) as day,
    e.type, e.quad, e.score, 'asserted' as factuality, 'positive' as polarity, a.code as actor, r.code as recipient
from imported.coded e
join imported.members a on a.document = e.document and a.code is not null
join imported.members r on r.document = e.document and r.code is not null
where (not e.reciprocal and a.side = 'actor' and r.side = 'recipient')
    or (e.reciprocal and a.code <> r.code);
comment on view imported.dyads is 'As dyads.';
