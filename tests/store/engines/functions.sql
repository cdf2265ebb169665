-- What DuckDB has and PostgreSQL has not.

-- Its own: PostgreSQL reads "one = any(list)" in its place, and finds the index.
create function list_contains(list text[], one text) returns boolean
language sql immutable parallel safe
as $$ select one = any(list) $$;

-- What kpi/store/migrations/0021 defines for DuckDB: one field of each object in a list of a JSON document.
create function json_column(document json, list text, field text) returns varchar[]
language sql immutable
as $$
    select array_agg(cast(one ->> field as varchar) order by number)
    from json_array_elements(document -> list) with ordinality as listed (one, number)
$$;
