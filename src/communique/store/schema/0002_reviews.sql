create table reviews (
    id varchar primary key,
    document varchar not null,
    kind varchar not null,
    item varchar not null,
    decision varchar not null,
    judged varchar not null,
    correction varchar,
    reviewer varchar not null,
    reason varchar,
    decided timestamp not null
);
comment on table reviews is 'One row per decision of a reviewer, and never changed: a later decision is another row.';
comment on column reviews.id is 'Id of the decision.';
comment on column reviews.document is 'documents.id';
comment on column reviews.kind is 'event, statement or stance';
comment on column reviews.item is 'Id of the event, statement or stance.';
comment on column reviews.decision is 'accept, correct or reject';
comment on column reviews.judged is 'The row as it was when it was judged, as in the JSON record.';
comment on column reviews.correction is 'The row as it should be, as in the JSON record; null unless it was corrected.';
comment on column reviews.reviewer is 'Who decided.';
comment on column reviews.reason is 'Why, in their words.';
comment on column reviews.decided is 'When, UTC.';
