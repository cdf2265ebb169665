-- Accounts that change, sign-ins that are listed, guessing that is slowed, conflicts of interest, the audit trail, and
-- the query log of disclosure control.

-- Who vouches for an account's sign-in elsewhere (OpenID Connect): issuer and subject, or neither.
alter table account add column issuer varchar;
alter table account add column subject varchar;
-- The password was given by somebody else, and opens only the page where it is changed.
alter table account add column must_change boolean default false;
-- Sign-ins from before this moment hold no longer, wherever they were made.
alter table account add column valid_from timestamp;

alter table sign_in add column address varchar default '';
alter table sign_in add column device varchar default '';

-- Wrong passwords by bucket: an account from a known device, an account from anywhere else (kpi/access/passwords.py).
create table failed_sign_in (
    bucket   varchar primary key,
    failures integer not null,
    last_at  timestamp not null
);

-- A reviewer does not see these enterprises' applications, whatever else is in reach.
create table conflict (
    reviewer    varchar not null,
    credit_code varchar not null,
    reason      varchar not null,
    declared_at timestamp not null,
    primary key (reviewer, credit_code)
);

-- Who did what to what. Only ever added to; each row's mac covers the row and the mac before it.
create table audit (
    seq      bigint primary key,
    done_at  timestamp not null,
    actor    varchar not null,
    role     varchar not null,
    address  varchar not null,
    action   varchar not null,
    subject  varchar not null,
    before   varchar,
    after    varchar,
    previous varchar not null,
    mac      varchar not null
);

-- Own values put to the published table: what many small changes of one factory's values would show.
create table asked (
    asked_at    timestamp not null,
    account     varchar not null,
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('accepted', 'edited', 'what_if', 'locked', 'reopened')),
    sha256      varchar not null
);
