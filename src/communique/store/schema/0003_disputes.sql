create table disputes (
    document varchar not null,
    position integer not null,
    id varchar not null,
    object_text varchar not null,
    object_start integer not null,
    object_end integer not null,
    claim_statements varchar[] not null,
    claim_events varchar[] not null,
    claim_text varchar not null,
    claim_start integer not null,
    claim_end integer not null,
    counter_statements varchar[] not null,
    counter_events varchar[] not null,
    counter_text varchar not null,
    counter_start integer not null,
    counter_end integer not null,
    confidence double not null,
    made_by varchar not null
);
comment on table disputes is 'Pairs of which one affirms what the other denies or contradicts. Nothing says who is right.';
comment on column disputes.document is 'documents.id';
comment on column disputes.position is 'Order within the document.';
comment on column disputes.id is 'Id, unique within the document.';
comment on column disputes.object_text is 'The words of the claim that are in dispute.';
comment on column disputes.object_start is 'First character of object_text.';
comment on column disputes.object_end is 'Character after the last of object_text.';
comment on column disputes.claim_statements is 'statements.id of the statements that affirm it.';
comment on column disputes.claim_events is 'events.id of the events that affirm it, where the article itself tells them.';
comment on column disputes.claim_text is 'The words that affirm it.';
comment on column disputes.claim_start is 'First character of claim_text.';
comment on column disputes.claim_end is 'Character after the last of claim_text.';
comment on column disputes.counter_statements is 'statements.id of the statements that deny it or say the contrary.';
comment on column disputes.counter_events is 'events.id of the events that deny it or say the contrary, where the article itself tells them.';
comment on column disputes.counter_text is 'The words that deny it or say the contrary.';
comment on column disputes.counter_start is 'First character of counter_text.';
comment on column disputes.counter_end is 'Character after the last of counter_text.';
comment on column disputes.confidence is 'From 0 to 1.';
comment on column disputes.made_by is 'The rule that paired the two.';

create table dispute_members (
    document varchar not null,
    dispute integer not null,
    side varchar not null,
    position integer not null,
    id varchar,
    code varchar,
    text varchar not null,
    span_start integer not null,
    span_end integer not null
);
comment on table dispute_members is 'On whose word each side of a dispute stands; nobody where the article itself says so.';
comment on column dispute_members.document is 'documents.id';
comment on column dispute_members.dispute is 'disputes.position';
comment on column dispute_members.side is 'claim or counter';
comment on column dispute_members.position is 'Order on that side.';
comment on column dispute_members.id is 'actors.id; null where the words name nobody in the dictionaries.';
comment on column dispute_members.code is 'actors.code; null likewise.';
comment on column dispute_members.text is 'The words that name the party there.';
comment on column dispute_members.span_start is 'First character of text.';
comment on column dispute_members.span_end is 'Character after the last of text.';
