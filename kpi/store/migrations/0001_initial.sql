-- The whole memory of the product. Frozen tables (baseline, observation, industry_size, cell, published, release)
-- are only ever added to.

create table baseline (
    name            varchar primary key,
    region          varchar not null,
    year            integer not null,
    provenance      varchar not null check (provenance in ('official', 'panel', 'illustrative')),
    sha256          varchar not null,
    source          varchar not null,
    original_sha256 varchar not null,
    imported_at     timestamp not null,
    shipped         boolean not null
);

-- One value of one enterprise. told_group is as the panel says it; own_group never null: a branch belongs to its legal
-- person's group, and an enterprise that names none is a group of its own. basis is 'only' where a KPI can be told in one way alone.
create table observation (
    baseline    varchar not null,
    region      varchar not null,
    industry    varchar not null,
    kpi         varchar not null,
    basis       varchar not null check (basis in ('only', 'relative', 'points')),
    credit_code varchar not null,
    told_group  varchar,
    own_group   varchar not null,
    body        varchar,
    value       double not null
);

create table industry_size (
    baseline varchar not null,
    region   varchar not null,
    industry varchar not null,
    size     integer not null check (size > 0)
);

-- The snapshot of a baseline cell, built once at freeze so that a page reads it in milliseconds.
create table cell (
    baseline      varchar not null,
    region        varchar not null,
    industry      varchar not null,
    kpi           varchar not null,
    basis         varchar not null,
    records       integer not null,
    groups        integer not null,
    largest_share double not null,
    mean          double not null,
    p50           double not null,
    p75           double not null,
    p80           double not null,
    p90           double not null
);

-- What everybody may know of a cell (method 5), computed once at freeze.
create table published (
    baseline varchar not null,
    region   varchar not null,
    industry varchar not null,
    kpi      varchar not null,
    band     varchar,
    median   double,
    mean     double,
    p20      double,
    p80      double,
    step     double,
    withheld varchar
);

create table account (
    name          varchar primary key,
    display       varchar not null,
    role          varchar not null check (role in ('enterprise', 'reviewer', 'leader', 'administrator')),
    password_hash varchar,
    demonstration boolean not null,
    disabled      boolean not null,
    created_at    timestamp not null
);

create table account_scope (
    account varchar not null,
    reach   varchar not null
);

create table sign_in (
    token_sha256 varchar primary key,
    account      varchar not null,
    created_at   timestamp not null,
    expires_at   timestamp not null,
    ended        boolean not null
);

-- Every file sent, whatever became of it. The bytes lie under originals/ by their hash.
create table upload (
    id          varchar primary key,
    file_name   varchar not null,
    file_sha256 varchar not null,
    sent_by     varchar not null,
    sent_at     timestamp not null,
    faults      integer not null
);

-- What was read from a faultless file and not yet locked: one draft a factory and year, the latest accepted.
create table draft (
    credit_code varchar not null,
    year        integer not null,
    industry    varchar not null,
    body        varchar,
    upload      varchar not null,
    application varchar not null,
    accepted_by varchar not null,
    accepted_at timestamp not null,
    primary key (credit_code, year)
);

-- A locked application with its sealed verdict: one a factory and year. record holds counts, and is not for rivals.
create table release (
    credit_code varchar not null,
    year        integer not null,
    industry    varchar not null,
    body        varchar,
    upload      varchar not null,
    application varchar not null,
    locked_by   varchar not null,
    locked_at   timestamp not null,
    baseline    varchar not null,
    record      varchar not null,
    sha256      varchar not null,
    primary key (credit_code, year)
);

create table nomination (
    body        varchar not null,
    year        integer not null,
    credit_code varchar not null,
    place       integer not null,
    primary key (body, year, credit_code)
);

create table award (
    body  varchar primary key,
    count integer not null check (count >= 0)
);

create table mark (
    name  varchar primary key,
    value varchar not null
);
