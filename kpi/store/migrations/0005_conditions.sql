-- What is told of the notice's conditions beside the application.

-- An enterprise's word on a condition, the latest: one a factory's year and condition. evidence names a document.
create table statement (
    credit_code varchar not null,
    year        integer not null,
    condition   varchar not null,
    holds       boolean not null,
    evidence    varchar not null,
    stated_by   varchar not null,
    stated_at   timestamp not null,
    primary key (credit_code, year, condition)
);

-- The authority's list of factories awarded so far, earlier municipal smart factories included. Each import replaces it.
create table awarded (
    credit_code varchar not null,
    factory     varchar not null,
    tier        varchar not null,
    year        integer not null,
    source      varchar not null
);
