comment on column reviews.decision is 'accept, correct or reject; add for an event that a reviewer saw and nobody had coded.';
comment on column reviews.item is 'Id of the event, statement or stance; a new one where it was added.';
comment on column reviews.judged is 'The row as it was when it was judged, as in the JSON record; null (in JSON) where it was added.';
comment on column reviews.correction is 'The row as it should be, as in the JSON record; null unless it was corrected or added.';
