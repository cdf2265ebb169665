-- A baseline that one administrator proposes and another confirms: all that freezing it needs. Its files are kept.
create table baseline_proposal (
    id            varchar primary key,
    name          varchar not null,
    region        varchar not null,
    year          integer not null,
    provenance    varchar not null,
    source        varchar not null,
    file_name     varchar not null,
    file_sha256   varchar not null,
    recipe        varchar, -- JSON: how the file is read; what was answered of it
    sizes_name    varchar,
    sizes_sha256  varchar,
    groups_name   varchar,
    groups_sha256 varchar,
    smaller_because varchar not null,
    sha256        varchar not null, -- of the content that would be frozen
    standing      varchar not null, -- of what it was previewed beside
    proposed_by   varchar not null,
    proposed_at   timestamp not null
);

-- What became of it; one without an outcome waits.
create table baseline_outcome (
    proposal varchar primary key,
    outcome  varchar not null check (outcome in ('confirmed', 'withdrawn')),
    reason   varchar not null,
    noted_by varchar not null,
    noted_at timestamp not null
);
