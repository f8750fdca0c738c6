-- Positions count from 0 within a document, and within an event, statement or stance.
-- Spans are character offsets [start, end) into documents.text.

create table documents (
    id varchar primary key,
    title varchar,
    published varchar,
    publisher varchar,
    url varchar,
    lang varchar,
    text varchar not null,
    notes varchar[] not null,
    digest varchar not null,
    coder varchar not null,
    run varchar not null,
    stored timestamp not null
);
comment on table documents is 'One row per article. Storing the same article again changes nothing.';
comment on column documents.id is 'The id the input brought, or a digest of its content.';
comment on column documents.title is 'Headline; stands once in text, as its first line.';
comment on column documents.published is 'Day of publication, ISO 8601; null where none was found.';
comment on column documents.publisher is 'Who published it.';
comment on column documents.url is 'Where it was published.';
comment on column documents.lang is 'Language of the text, ISO 639-1; only English is coded.';
comment on column documents.text is 'The cleaned text that all spans point into.';
comment on column documents.notes is 'What could not be told or coded, in plain words.';
comment on column documents.digest is 'Digest of what was read (text and header); another digest under the same id replaces the row.';
comment on column documents.coder is 'Version of Communiqué that coded it; a newer one replaces the row.';
comment on column documents.run is 'runs.id of the run that stored it.';
comment on column documents.stored is 'When it was stored, UTC.';

create table actors (
    document varchar not null,
    position integer not null,
    id varchar not null,
    name varchar not null,
    country varchar,
    sector varchar,
    office varchar,
    kind varchar not null,
    code varchar
);
comment on table actors is 'Who is named in a document.';
comment on column actors.document is 'documents.id';
comment on column actors.position is 'Order within the document.';
comment on column actors.id is 'Id in the dictionaries, e.g. RUS.GOV.vladimir-putin.';
comment on column actors.name is 'Full name.';
comment on column actors.country is 'ISO 3166 alpha-3, with KOS and PSE.';
comment on column actors.sector is 'PLOVER sector: GOV, MIL, REB…';
comment on column actors.office is 'Office held on the day of publication.';
comment on column actors.kind is 'state, person, office, organisation, group or people.';
comment on column actors.code is 'Country or organisation, then the sector after a dot: RUS.GOV.';

create table mentions (
    document varchar not null,
    actor integer not null,
    position integer not null,
    span_start integer not null,
    span_end integer not null
);
comment on table mentions is 'Every place a document names an actor, pronouns and descriptions included.';
comment on column mentions.document is 'documents.id';
comment on column mentions.actor is 'actors.position';
comment on column mentions.position is 'Order among the mentions of this actor.';
comment on column mentions.span_start is 'First character.';
comment on column mentions.span_end is 'Character after the last.';

create table events (
    document varchar not null,
    position integer not null,
    id varchar not null,
    type varchar not null,
    mode varchar,
    cameo varchar,
    score double not null,
    quad varchar not null,
    reciprocal boolean not null,
    factuality varchar not null,
    polarity varchar not null,
    according_to varchar[] not null,
    date_text varchar,
    date_span_start integer,
    date_span_end integer,
    date_start varchar,
    date_end varchar,
    place_text varchar,
    place_span_start integer,
    place_span_end integer,
    place_country varchar,
    place_lat double,
    place_lon double,
    place_geonameid bigint,
    trigger_text varchar not null,
    trigger_start integer not null,
    trigger_end integer not null,
    sentence_start integer not null,
    sentence_end integer not null,
    confidence double not null,
    made_by varchar not null
);
comment on table events is 'One row per coded event: who did what to whom, when, where, and on whose word.';
comment on column events.document is 'documents.id';
comment on column events.position is 'Order within the document.';
comment on column events.id is 'Id, unique within the document.';
comment on column events.type is 'PLOVER event type.';
comment on column events.mode is 'PLOVER mode of that type.';
comment on column events.cameo is 'CAMEO code; a string, for 010 is not 10.';
comment on column events.score is 'PLOVER intensity from -10 (conflict) to 10 (cooperation).';
comment on column events.quad is 'verbal cooperation, material cooperation, verbal conflict or material conflict.';
comment on column events.reciprocal is 'True where every party both acts and receives (a meeting, a joint exercise).';
comment on column events.factuality is 'asserted, denied, intended, demanded, hypothetical, suspected or recurring: only asserted and recurring events are said to have happened.';
comment on column events.polarity is 'negative where the text says it did not happen.';
comment on column events.according_to is 'statements.id of the statements it stands in, outermost first.';
comment on column events.date_text is 'The words that date the event; null where none do.';
comment on column events.date_span_start is 'First character of date_text.';
comment on column events.date_span_end is 'Character after the last of date_text.';
comment on column events.date_start is 'First day it may have happened, ISO 8601.';
comment on column events.date_end is 'Last day it may have happened, ISO 8601.';
comment on column events.place_text is 'The words that place the event; null where none do.';
comment on column events.place_span_start is 'First character of place_text.';
comment on column events.place_span_end is 'Character after the last of place_text.';
comment on column events.place_country is 'Country of the place, ISO 3166 alpha-3.';
comment on column events.place_lat is 'Latitude, WGS 84 degrees.';
comment on column events.place_lon is 'Longitude, WGS 84 degrees.';
comment on column events.place_geonameid is 'GeoNames id.';
comment on column events.trigger_text is 'The words that tell the event.';
comment on column events.trigger_start is 'First character of trigger_text.';
comment on column events.trigger_end is 'Character after the last of trigger_text.';
comment on column events.sentence_start is 'First character of the sentence read.';
comment on column events.sentence_end is 'Character after the last of the sentence read.';
comment on column events.confidence is 'From 0 to 1.';
comment on column events.made_by is 'The rule or model that coded it.';

create table event_members (
    document varchar not null,
    event integer not null,
    side varchar not null,
    position integer not null,
    id varchar,
    code varchar,
    text varchar not null,
    span_start integer not null,
    span_end integer not null
);
comment on table event_members is 'The parties of an event, one row each.';
comment on column event_members.document is 'documents.id';
comment on column event_members.event is 'events.position';
comment on column event_members.side is 'actor or recipient';
comment on column event_members.position is 'Order on that side.';
comment on column event_members.id is 'actors.id; null where the words name nobody in the dictionaries.';
comment on column event_members.code is 'actors.code; null likewise.';
comment on column event_members.text is 'The words that name the party there.';
comment on column event_members.span_start is 'First character of text.';
comment on column event_members.span_end is 'Character after the last of text.';

create table event_context (
    document varchar not null,
    event integer not null,
    position integer not null,
    context varchar not null
);
comment on table event_context is 'PLOVER contexts of an event: military, economic…';
comment on column event_context.document is 'documents.id';
comment on column event_context.event is 'events.position';
comment on column event_context.position is 'Order within the event.';
comment on column event_context.context is 'The context.';

create table event_quantities (
    document varchar not null,
    event integer not null,
    position integer not null,
    value double not null,
    unit varchar not null,
    counted varchar,
    text varchar not null,
    span_start integer not null,
    span_end integer not null
);
comment on table event_quantities is 'Numbers that belong to an event.';
comment on column event_quantities.document is 'documents.id';
comment on column event_quantities.event is 'events.position';
comment on column event_quantities.position is 'Order within the event.';
comment on column event_quantities.value is 'The number.';
comment on column event_quantities.unit is 'Its unit: persons, m3/year, USD…';
comment on column event_quantities.counted is 'What is counted or measured ("gas"); null where unsaid.';
comment on column event_quantities.text is 'The words.';
comment on column event_quantities.span_start is 'First character of text.';
comment on column event_quantities.span_end is 'Character after the last of text.';

create table statements (
    document varchar not null,
    position integer not null,
    id varchar not null,
    cue_text varchar,
    cue_start integer,
    cue_end integer,
    kind varchar not null,
    parent varchar,
    confidence double not null,
    made_by varchar not null
);
comment on table statements is 'What somebody said, wrote or is reported to have said.';
comment on column statements.document is 'documents.id';
comment on column statements.position is 'Order within the document.';
comment on column statements.id is 'Id, unique within the document.';
comment on column statements.cue_text is 'The word of saying; null where the speaker is carried over from the sentence before.';
comment on column statements.cue_start is 'First character of cue_text.';
comment on column statements.cue_end is 'Character after the last of cue_text.';
comment on column statements.kind is 'direct, mixed or indirect speech.';
comment on column statements.parent is 'statements.id of the statement this one stands inside.';
comment on column statements.confidence is 'From 0 to 1.';
comment on column statements.made_by is 'The rule or model that found it.';

create table statement_members (
    document varchar not null,
    statement integer not null,
    side varchar not null,
    position integer not null,
    id varchar,
    code varchar,
    text varchar not null,
    span_start integer not null,
    span_end integer not null
);
comment on table statement_members is 'Who spoke, to whom, and through which channel.';
comment on column statement_members.document is 'documents.id';
comment on column statement_members.statement is 'statements.position';
comment on column statement_members.side is 'source, addressee or via';
comment on column statement_members.position is 'Order on that side.';
comment on column statement_members.id is 'actors.id; null where the words name nobody in the dictionaries.';
comment on column statement_members.code is 'actors.code; null likewise.';
comment on column statement_members.text is 'The words that name the party there.';
comment on column statement_members.span_start is 'First character of text.';
comment on column statement_members.span_end is 'Character after the last of text.';

create table statement_content (
    document varchar not null,
    statement integer not null,
    position integer not null,
    text varchar not null,
    span_start integer not null,
    span_end integer not null
);
comment on table statement_content is 'The words said, in one or more pieces.';
comment on column statement_content.document is 'documents.id';
comment on column statement_content.statement is 'statements.position';
comment on column statement_content.position is 'Order within the statement.';
comment on column statement_content.text is 'The words.';
comment on column statement_content.span_start is 'First character of text.';
comment on column statement_content.span_end is 'Character after the last of text.';

create table stances (
    document varchar not null,
    position integer not null,
    id varchar not null,
    polarity varchar not null,
    object_text varchar not null,
    object_start integer not null,
    object_end integer not null,
    object_actors varchar[] not null,
    strength varchar not null,
    statement varchar,
    sentence_start integer not null,
    sentence_end integer not null,
    confidence double not null,
    made_by varchar not null
);
comment on table stances is 'Somebody is for or against something.';
comment on column stances.document is 'documents.id';
comment on column stances.position is 'Order within the document.';
comment on column stances.id is 'Id, unique within the document.';
comment on column stances.polarity is 'support or oppose';
comment on column stances.object_text is 'What it is for or against.';
comment on column stances.object_start is 'First character of object_text.';
comment on column stances.object_end is 'Character after the last of object_text.';
comment on column stances.object_actors is 'actors.id of the actors the object names.';
comment on column stances.strength is 'weak, plain or strong';
comment on column stances.statement is 'statements.id of the statement that carries it, if any.';
comment on column stances.sentence_start is 'First character of the sentence read.';
comment on column stances.sentence_end is 'Character after the last of the sentence read.';
comment on column stances.confidence is 'From 0 to 1.';
comment on column stances.made_by is 'The rule or model that found it.';

create table stance_members (
    document varchar not null,
    stance integer not null,
    position integer not null,
    id varchar,
    code varchar,
    text varchar not null,
    span_start integer not null,
    span_end integer not null
);
comment on table stance_members is 'Who holds a stance.';
comment on column stance_members.document is 'documents.id';
comment on column stance_members.stance is 'stances.position';
comment on column stance_members.position is 'Order within the stance.';
comment on column stance_members.id is 'actors.id; null where the words name nobody in the dictionaries.';
comment on column stance_members.code is 'actors.code; null likewise.';
comment on column stance_members.text is 'The words that name the party there.';
comment on column stance_members.span_start is 'First character of text.';
comment on column stance_members.span_end is 'Character after the last of text.';

create table runs (
    id varchar primary key,
    version varchar not null,
    started timestamp not null,
    options varchar not null
);
comment on table runs is 'One row per call that stored something.';
comment on column runs.id is 'Id of the run.';
comment on column runs.version is 'Version of Communiqué.';
comment on column runs.started is 'When it began, UTC.';
comment on column runs.options is 'Its options, as JSON.';

create table failures (
    input varchar not null,
    reason varchar not null,
    run varchar not null,
    happened timestamp not null
);
comment on table failures is 'Inputs that could not be read or coded.';
comment on column failures.input is 'Path or record, as given.';
comment on column failures.reason is 'Why, in a few words.';
comment on column failures.run is 'runs.id';
comment on column failures.happened is 'When, UTC.';

create view event_days as
select
    e.document, e.position as event,
    coalesce(try_cast(e.date_start as date), try_cast(left(d.published, 10) as date)) as day
from events e
join documents d on d.id = e.document;
comment on view event_days is 'The day an event counts for: its first day where the text dates it, else the day of publication.';
comment on column event_days.document is 'documents.id';
comment on column event_days.event is 'events.position';
comment on column event_days.day is 'The day; null where nothing dates it.';

create view dyads as
with party as (
    select document, event, side, code from event_members where code is not null
)
select distinct
    e.document, e.position as event, y.day, e.type, e.quad, e.score, e.factuality, e.polarity,
    a.code as actor, r.code as recipient
from events e
join event_days y on y.document = e.document and y.event = e.position
join party a on a.document = e.document and a.event = e.position
join party r on r.document = e.document and r.event = e.position
where (not e.reciprocal and a.side = 'actor' and r.side = 'recipient')
    or (e.reciprocal and a.code <> r.code and (
        a.side <> r.side
        or (a.side = 'actor' and r.side = 'actor' and not exists (
            select 1 from event_members m where m.document = e.document and m.event = e.position and m.side = 'recipient'
        ))
    ));
comment on view dyads is 'Events expanded to pairs: one row per event, actor and recipient. A reciprocal event gives both directions.';
comment on column dyads.document is 'documents.id';
comment on column dyads.event is 'events.position';
comment on column dyads.day is 'As in event_days.';
comment on column dyads.type is 'events.type';
comment on column dyads.quad is 'events.quad';
comment on column dyads.score is 'events.score';
comment on column dyads.factuality is 'events.factuality';
comment on column dyads.polarity is 'events.polarity';
comment on column dyads.actor is 'Code of the party that acts.';
comment on column dyads.recipient is 'Code of the party that receives.';
