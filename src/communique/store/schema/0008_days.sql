-- DuckDB reads the word "infinity" as a day, which no calendar has.
create or replace view event_days as
select
    document, event,
    case when isfinite(start) then start when isfinite(published) then published end as day
from (
    select
        e.document, e.position as event, try_cast(e.date_start as date) as start,
        try_cast(left(d.published, 10) as date) as published
    from events e
    join documents d on d.id = e.document
);
comment on view event_days is 'The day an event counts for: its first day where the text dates it, else the day of publication.';
comment on column event_days.document is 'documents.id';
comment on column event_days.event is 'events.position';
comment on column event_days.day is 'The day; null where nothing dates it.';
