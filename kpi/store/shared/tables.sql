-- What DuckDB has and PostgreSQL has not.

-- Its own: PostgreSQL reads "one = any(list)" in its place, and finds the index.
create function list_contains(list text[], one text) returns boolean
language sql immutable parallel safe
as $$ select one = any(list) $$;

-- What kpi/store/tables.sql defines for DuckDB: one field of each object in a list of a JSON document.
create function json_column(document json, list text, field text) returns varchar[]
language sql immutable
as $$
    select array_agg(cast(one ->> field as varchar) order by number)
    from json_array_elements(document -> list) with ordinality as listed (one, number)
$$;

-- The release of the program that may write: a process of another one reads, says that it is not ready, and does not write.
create table store_release (
    release varchar not null
);

-- Which file holds a table's rows of a baseline; sha256 is its name.
create table frozen_file (
    baseline varchar not null,
    holds    varchar not null,
    sha256   varchar not null,
    primary key (baseline, holds)
);

-- How often each table was written to, so that what a process keeps in memory of it is asked again.
create table writes (
    written varchar primary key,
    times   bigint not null
);

-- Changes by their mark, for whoever lost the connection while committing one. Removed an hour later, at the next start.
create table change_mark (
    mark    varchar primary key,
    made_at timestamp with time zone not null default clock_timestamp()
);
create index change_mark_made_at on change_mark (made_at);
