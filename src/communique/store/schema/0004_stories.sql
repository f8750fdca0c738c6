create table story_rule (
    stories varchar not null,
    reports varchar not null
);
comment on table story_rule is 'The parameters that stories and happenings are kept by: no row, and nothing has been compared yet.';
comment on column story_rule.stories is 'When two articles tell one story, as JSON; docs/stories.md explains it.';
comment on column story_rule.reports is 'When two events report one happening, as JSON.';

create table story_index (
    document varchar not null,
    stored timestamp not null
);
comment on table story_index is 'Articles that have been compared.';
comment on column story_index.document is 'documents.id';
comment on column story_index.stored is 'documents.stored when it was compared; another there, and it is compared anew.';

create table story_bands (
    document varchar not null,
    band ubigint not null
);
comment on table story_bands is 'Hashes of the bands of articles'' MinHash signatures: articles with one in common are candidates for copies.';
comment on column story_bands.document is 'documents.id';
comment on column story_bands.band is 'The hash.';

create table story_keys (
    document varchar not null,
    key varchar not null,
    day date not null,
    event boolean not null
);
comment on table story_keys is 'Who and what articles are about: on near days, an event or three names in common make two articles candidates for retellings.';
comment on column story_keys.document is 'documents.id';
comment on column story_keys.key is 'actors.id of somebody named who is not a state; or of an event its PLOVER type and the countries or organisations in it.';
comment on column story_keys.day is 'Day of publication.';
comment on column story_keys.event is 'Whether the key is that of an event.';

create table story_links (
    document varchar not null,
    other varchar not null,
    reason varchar not null,
    similarity double not null
);
comment on table story_links is 'Two articles found to tell the same: every link, each pair once.';
comment on column story_links.document is 'documents.id; the one that sorts first.';
comment on column story_links.other is 'documents.id';
comment on column story_links.reason is 'copy (the same words) or retelling (other words, the same people, places and events).';
comment on column story_links.similarity is 'From 0 to 1; how it is measured stands in docs/stories.md.';

create table stories (
    id varchar primary key,
    articles integer not null,
    publishers varchar[] not null,
    first_published varchar,
    last_published varchar,
    rule varchar not null
);
comment on table stories is 'Articles linked as copies or retellings of each other; an article that tells its own story has no row.';
comment on column stories.id is 'documents.id of the earliest article.';
comment on column stories.articles is 'How many articles.';
comment on column stories.publishers is 'Who published them.';
comment on column stories.first_published is 'Day of the earliest, ISO 8601.';
comment on column stories.last_published is 'Day of the latest.';
comment on column stories.rule is 'The parameters it was made with, as JSON.';

create table story_members (
    story varchar not null,
    document varchar not null,
    reason varchar not null,
    similarity double,
    linked_to varchar
);
comment on table story_members is 'The articles of stories.';
comment on column story_members.story is 'stories.id';
comment on column story_members.document is 'documents.id';
comment on column story_members.reason is 'first, copy or retelling; its strongest link to an article that came before it.';
comment on column story_members.similarity is 'That of the link; null for the first.';
comment on column story_members.linked_to is 'documents.id of the article it is a copy or retelling of; null for the first.';

create table happenings (
    id varchar primary key,
    document varchar not null,
    event integer not null,
    reports integer not null,
    articles integer not null,
    publishers varchar[] not null,
    first_published varchar,
    last_published varchar,
    contradicted_by varchar[] not null,
    counts varchar[] not null,
    rule varchar not null
);
comment on table happenings is 'One row per real-world event, however often it is reported; docs/stories.md says when two reports are of one.';
comment on column happenings.id is 'Id: document and event of its first report.';
comment on column happenings.document is 'documents.id of the report that stands for it, the earliest.';
comment on column happenings.event is 'events.position of that report.';
comment on column happenings.reports is 'How many events report it.';
comment on column happenings.articles is 'How many articles report it.';
comment on column happenings.publishers is 'Who published them.';
comment on column happenings.first_published is 'Day of the earliest report, ISO 8601.';
comment on column happenings.last_published is 'Day of the latest report.';
comment on column happenings.contradicted_by is 'happenings.id of those that deny what this asserts, or assert what it denies.';
comment on column happenings.counts is 'Where reports differ in a number: each that is reported, with its unit; else empty.';
comment on column happenings.rule is 'The parameters it was made with, as JSON.';

create table event_reports (
    happening varchar not null,
    document varchar not null,
    event integer not null,
    position integer not null,
    key varchar not null
);
comment on table event_reports is 'The events that report a happening.';
comment on column event_reports.happening is 'happenings.id';
comment on column event_reports.document is 'documents.id';
comment on column event_reports.event is 'events.position';
comment on column event_reports.position is 'Order among the reports, the earliest first.';
comment on column event_reports.key is 'Type and parties, which all reports of a happening share.';

create view event_keys as
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
            coalesce(m.code, '“' || regexp_replace(lower(m.text), '[0-9][0-9.,]*', '#', 'g') || '”') as party
        from event_members m join events x on x.document = m.document and x.position = m.event
    ) group by all
) m on m.document = e.document and m.event = e.position;
comment on view event_keys is 'What reports of one event agree in: its type and the codes of its parties, or their words, numbers aside, where they have none.';
comment on column event_keys.document is 'documents.id';
comment on column event_keys.event is 'events.position';
comment on column event_keys.key is 'The key.';

create view events_deduplicated as
select
    h.id, h.document, h.event, h.reports, h.articles, h.publishers, h.first_published, h.last_published, h.contradicted_by, h.counts,
    e.id as event_id, e.type, e.mode, e.cameo, e.score, e.quad, e.reciprocal, e.factuality, e.polarity, e.date_start, e.date_end, e.place_text, e.place_country, e.place_lat, e.place_lon, e.confidence, e.made_by
from happenings h join events e on e.document = h.document and e.position = h.event;
comment on view events_deduplicated is 'Happenings with what the report that stands for them says; its parties are in event_members.';
comment on column events_deduplicated.id is 'happenings.id';
comment on column events_deduplicated.document is 'happenings.document';
comment on column events_deduplicated.event is 'happenings.event';
comment on column events_deduplicated.reports is 'happenings.reports';
comment on column events_deduplicated.articles is 'happenings.articles';
comment on column events_deduplicated.publishers is 'happenings.publishers';
comment on column events_deduplicated.first_published is 'happenings.first_published';
comment on column events_deduplicated.last_published is 'happenings.last_published';
comment on column events_deduplicated.contradicted_by is 'happenings.contradicted_by';
comment on column events_deduplicated.counts is 'happenings.counts';
comment on column events_deduplicated.event_id is 'events.id';
comment on column events_deduplicated.type is 'events.type';
comment on column events_deduplicated.mode is 'events.mode';
comment on column events_deduplicated.cameo is 'events.cameo';
comment on column events_deduplicated.score is 'events.score';
comment on column events_deduplicated.quad is 'events.quad';
comment on column events_deduplicated.reciprocal is 'events.reciprocal';
comment on column events_deduplicated.factuality is 'events.factuality';
comment on column events_deduplicated.polarity is 'events.polarity';
comment on column events_deduplicated.date_start is 'events.date_start';
comment on column events_deduplicated.date_end is 'events.date_end';
comment on column events_deduplicated.place_text is 'events.place_text';
comment on column events_deduplicated.place_country is 'events.place_country';
comment on column events_deduplicated.place_lat is 'events.place_lat';
comment on column events_deduplicated.place_lon is 'events.place_lon';
comment on column events_deduplicated.confidence is 'events.confidence';
comment on column events_deduplicated.made_by is 'events.made_by';
