-- A notice that one administrator proposes and another approves: the files of its folder, as they were sent.
create table notice_proposal (
    id          varchar primary key,
    notice      varchar not null,
    year        integer not null,
    sha256      varchar not null, -- of what its files say
    files       varchar not null, -- JSON: the text of each file by name
    proposed_by varchar not null,
    proposed_at timestamp not null
);

-- What became of it; one without an outcome waits. Of an approved one: the notice of its year, from then on.
create table notice_outcome (
    proposal varchar primary key,
    outcome  varchar not null check (outcome in ('approved', 'withdrawn')),
    reason   varchar not null,
    noted_by varchar not null,
    noted_at timestamp not null
);
