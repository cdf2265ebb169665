-- What stands behind clauses of the notice: what an enterprise writes down while its application is open, the appointments
-- of its review, and what it promises and does once it is listed.

-- How a claimed scenario is met, and whether it uses artificial intelligence; an empty model where it does not.
create table scenario_account (
    credit_code varchar not null,
    year        integer not null,
    scenario    varchar not null,
    how         varchar not null,
    uses_ai     boolean not null,
    ai_model    varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- The core equipment and software, in the enterprise's order.
create table core_technology (
    credit_code varchar not null,
    year        integer not null,
    position    integer not null,
    kind        varchar not null,
    name        varchar not null,
    maker       varchar not null,
    source      varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- Files that stand beside a statement. Only ever added to: the latest of a condition stands.
create table statement_file (
    credit_code varchar not null,
    year        integer not null,
    condition   varchar not null,
    upload      varchar not null,
    attached_by varchar not null,
    attached_at timestamp not null
);

-- When the maturity self-assessment was made, as typed, and what its PDF says; null where it says nothing.
create table self_assessment (
    upload         varchar not null,
    credit_code    varchar not null,
    year           integer not null,
    assessed_on    date,
    has_text       boolean not null,
    level_in_text  integer,
    score_in_text  double,
    date_in_text   date
);

-- Visits and defences. Only ever added to: the latest of a candidate and kind stands; a cancelled one has no beginning.
create table appointment (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('visit', 'defence')),
    starts_at   timestamp,
    ends_at     timestamp,
    place       varchar not null,
    experts     varchar not null,
    reason      varchar not null,
    set_by      varchar not null,
    set_at      timestamp not null
);

-- What a listed factory promises to do to spread its experience, and that it did.
create table outreach (
    id          varchar not null,
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('visit', 'case', 'press', 'other')),
    what        varchar not null,
    due         date not null,
    written_by  varchar not null,
    written_at  timestamp not null
);
create table outreach_done (
    outreach   varchar not null,
    done_on    date not null,
    evidence   varchar not null,
    upload     varchar,
    written_by varchar not null,
    written_at timestamp not null
);
