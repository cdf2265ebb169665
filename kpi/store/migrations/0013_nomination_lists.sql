-- A body's list, edition by edition: what it was saved as, put forward, withdrawn to, and sent. Only ever added to; the
-- latest edition counts. nomination holds what is put forward. content is JSON; sha256 seals the content of a sent list.
create table nomination_list (
    body     varchar not null,
    year     integer not null,
    edition  integer not null,
    state    varchar not null check (state in ('draft', 'put_forward', 'sent')),
    content  varchar not null,
    sha256   varchar,
    note     varchar not null,
    saved_by varchar not null,
    saved_at timestamp not null,
    primary key (body, year, edition)
);
