-- One article has "Mali", the other "the government of Mali": for reports of one event a government is its state. Events that
-- meet so are grouped anew the next time stories are linked.
create or replace view event_keys as
select
    e.document, e.position as event,
    e.type || case when e.reciprocal then ' = ' else ' > ' end || coalesce(m.key, '') as key
from events e
left join (
    select document, event, string_agg(distinct
        case when side = 'actor' or reciprocal then '+' else '-' end || party, ' '
        order by case when side = 'actor' or reciprocal then '+' else '-' end || party
    ) as key
    from (
        select m.document, m.event, m.side, x.reciprocal,
            coalesce(
                regexp_replace(m.code, '[.]GOV$', ''),
                '“' || regexp_replace(lower(m.text), '[0-9][0-9.,]*', '#', 'g') || '”'
            ) as party
        from event_members m join events x on x.document = m.document and x.position = m.event
    ) group by all
) m on m.document = e.document and m.event = e.position;
comment on view event_keys is 'What reports of one event agree in: its type and the codes of its parties, a government being its state, or their words, numbers aside, where they have none.';
comment on column event_keys.document is 'documents.id';
comment on column event_keys.event is 'events.position';
comment on column event_keys.key is 'The key.';
