-- Reviewers' scores. A round is the candidates of one industry and year on one occasion. Everything is only ever added to.
create table scoring_round (
    id        varchar primary key,
    year      integer not null,
    industry  varchar not null,
    occasion  varchar not null check (occasion in ('material', 'on_site', 'defence')),
    number    integer not null,
    opened_by varchar not null,
    opened_at timestamp not null,
    unique (year, industry, occasion, number)
);

-- The score sheet of a round: another edition until the first score is handed in, another round after that. sheet is JSON.
create table round_sheet (
    round   varchar not null,
    edition integer not null,
    sheet   varchar not null,
    sha256  varchar not null,
    set_by  varchar not null,
    set_at  timestamp not null,
    primary key (round, edition)
);

-- Who scores whom: the latest row counts. seed is that of the draw, null where an administrator chose.
create table score_assignment (
    round       varchar not null,
    reviewer    varchar not null,
    credit_code varchar not null,
    assigned    boolean not null,
    reason      varchar not null,
    seed        bigint,
    changed_by  varchar not null,
    changed_at  timestamp not null
);

-- One reviewer's scores of one candidate, version by version; sheet is the edition they were given by, content is JSON.
-- position is the candidate's place in the reviewer's own list of that many.
create table score_version (
    round       varchar not null,
    credit_code varchar not null,
    reviewer    varchar not null,
    version     integer not null,
    state       varchar not null check (state in ('draft', 'handed_in', 'abstained')),
    sheet       integer not null,
    content     varchar not null,
    sha256      varchar not null,
    position    integer not null,
    list_length integer not null,
    saved_at    timestamp not null,
    primary key (round, credit_code, reviewer, version)
);

-- All who were to score have: from here on the panel sees the scores.
create table score_release (
    round       varchar primary key,
    released_at timestamp not null
);

create table panel_note (
    round       varchar not null,
    credit_code varchar not null,
    note        varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- What the panel decided, edition by edition: the latest counts.
create table panel_decision (
    round       varchar not null,
    credit_code varchar not null,
    edition     integer not null,
    outcome     varchar not null check (outcome in ('forward', 'reserve', 'not_forward')),
    reason      varchar not null,
    decided_by  varchar not null,
    decided_at  timestamp not null,
    primary key (round, credit_code, edition)
);
