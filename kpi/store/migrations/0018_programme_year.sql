-- The programme's year: its dates, the deadlines of single bodies, objections during publicity; awards changed one by
-- one; rulings taken back. Everything is only ever added to, and the latest counts.

create table programme_dates (
    year           integer not null,
    opens          date not null, -- the first day on which an application may be locked
    closes         date not null, -- the last
    lists_due      date not null, -- the last day on which a recommending body sends its list
    scores_due     date,
    publicity_from date,
    publicity_to   date,
    reference      varchar not null,
    reason         varchar not null,
    set_by         varchar not null,
    set_at         timestamp not null
);

-- A recommending body's own deadline; lists_due null: the year's holds again.
create table body_deadline (
    year      integer not null,
    body      varchar not null,
    lists_due date,
    reference varchar not null,
    reason    varchar not null,
    set_by    varchar not null,
    set_at    timestamp not null
);

-- objector is for administrators only. upload is the file beside the words, null where none was sent.
create table objection (
    id          varchar primary key,
    credit_code varchar not null,
    year        integer not null,
    received_on date not null,
    objector    varchar not null,
    objection   varchar not null,
    upload      varchar,
    recorded_by varchar not null,
    recorded_at timestamp not null
);

create table objection_answer (
    objection   varchar not null,
    outcome     varchar not null check (outcome in ('upheld', 'rejected', 'withdrawn', 'reopened')),
    answer      varchar not null,
    answered_on date not null,
    answered_by varchar not null,
    answered_at timestamp not null
);

-- Whose recommendation an award was; null where the list does not say.
alter table awarded add column body varchar;

-- before and after are an award as JSON, null where there is none. An import has neither, and its file's hash as reason.
create table award_change (
    number      integer primary key,
    act         varchar not null check (act in ('added', 'corrected', 'revoked', 'imported')),
    credit_code varchar not null,
    before      varchar,
    after       varchar,
    reason      varchar not null,
    changed_by  varchar not null,
    changed_at  timestamp not null
);

-- A ruling that was taken back: the claim is open again until somebody rules on it after that.
create table ruling_withdrawal (
    credit_code  varchar not null,
    year         integer not null,
    kind         varchar not null check (kind in ('start', 'not_applicable', 'group')),
    item         varchar not null,
    reason       varchar not null,
    withdrawn_by varchar not null,
    withdrawn_at timestamp not null
);
