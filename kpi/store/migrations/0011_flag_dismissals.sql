-- A reviewer looked at a flag and set it aside, or took that back: the latest counts.
create table flag_dismissal (
    credit_code  varchar not null,
    year         integer not null,
    flag         varchar not null,
    dismissed    boolean not null,
    note         varchar not null,
    dismissed_by varchar not null,
    dismissed_at timestamp not null
);
