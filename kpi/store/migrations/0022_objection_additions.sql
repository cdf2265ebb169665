-- What came in later to an objection that was still open: nothing recorded before is changed.
create table objection_addition (
    id          varchar primary key,
    objection   varchar not null,
    received_on date not null,
    words       varchar not null, -- "" where the file says it all
    upload      varchar,
    added_by    varchar not null,
    added_at    timestamp not null
);
