-- What a factory read of an objection, and until when it may reply; once more where more came in.
create table objection_hearing (
    objection varchar not null,
    words   varchar not null, -- the objection's words, without who objected
    reply_by  date not null,
    informed_by   varchar not null,
    informed_at   timestamp not null,
    primary key (objection, informed_at)
);

-- What the factory said to it; 'second_look': to one that was upheld, once.
create table objection_reply (
    id         varchar primary key,
    objection  varchar not null,
    kind       varchar not null check (kind in ('reply', 'second_look')),
    words      varchar not null,
    upload     varchar,
    replied_by varchar not null,
    replied_at timestamp not null
);

-- Dates that two people set: what was proposed holds once it is confirmed. What was set without it holds as it is.
create table dates_change (
    year     integer not null,
    body     varchar not null, -- '': the year's own dates
    set_at   timestamp not null,
    event    varchar not null check (event in ('proposed', 'confirmed', 'withdrawn')),
    noted_by varchar not null,
    noted_at timestamp not null,
    primary key (year, body, set_at, event)
);
