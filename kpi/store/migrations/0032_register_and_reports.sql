-- Where peers come from: the register of enterprises of a year, what those who are asked report, and whom a frozen
-- baseline stands for. And how an enterprise comes by its account.

-- The register, taken in whole: only ever added to, the latest edition of a year stands.
create table register_edition (
    year        integer not null,
    edition     integer not null,
    file_name   varchar not null,
    file_sha256 varchar not null,
    enterprises integer not null,
    taken_in_by varchar not null,
    taken_in_at timestamp not null
);
create table registered_enterprise (
    year             integer not null,
    edition          integer not null,
    credit_code      varchar not null,
    name             varchar not null,
    industry         varchar not null,
    division         varchar,
    district         varchar,
    enterprise_group varchar,
    size             varchar check (size in ('large', 'medium', 'small', 'micro'))
);

-- A year's campaign for a baseline: only ever added to, the latest last day stands.
create table campaign (
    year      integer not null,
    last_day  date not null,
    opened_by varchar not null,
    opened_at timestamp not null
);
create table invitation (
    year        integer not null,
    credit_code varchar not null,
    invited_by  varchar not null,
    invited_at  timestamp not null
);

-- Why no report is to be expected of an enterprise that was invited, or that one is after all. The latest stands.
create table report_refusal (
    year        integer not null,
    credit_code varchar not null,
    outcome     varchar not null check (outcome in ('declined', 'not_found', 'expected')),
    reason      varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- What an enterprise reports for a baseline without applying. Only ever added to: the latest of a year stands.
create table baseline_report (
    credit_code varchar not null,
    year        integer not null,
    upload      varchar not null,
    application varchar not null,
    reported_by varchar not null,
    reported_at timestamp not null
);

-- Which of several sources a panel takes of an enterprise, or that it takes none, and why. The latest stands.
create table panel_choice (
    year        integer not null,
    credit_code varchar not null,
    source      varchar not null,
    reason      varchar not null,
    chosen_by   varchar not null,
    chosen_at   timestamp not null
);

-- A panel that was put together of what is in: where each of its enterprises came from, as a file.
create table assembled_panel (
    year           integer not null,
    panel_sha256   varchar not null,
    sources_sha256 varchar not null,
    assembled_by   varchar not null,
    assembled_at   timestamp not null
);

-- Of a frozen baseline, as the register was that day: how many enterprises of each kind it has, and the register;
-- "" where the register does not state district or size.
create table baseline_coverage (
    baseline   varchar not null,
    industry   varchar not null,
    district   varchar not null,
    size       varchar not null,
    registered integer not null,
    included   integer not null
);

-- Of a frozen baseline, that day: how many of its enterprises had applied, and were on the list of awards.
create table baseline_origin (
    baseline    varchar not null,
    industry    varchar not null,
    enterprises integer not null,
    applied     integer not null,
    awarded     integer not null
);

-- A link, as its hash, by which an enterprise makes its own account, once.
create table account_link (
    token_sha256 varchar not null,
    credit_code  varchar not null,
    enterprise   varchar not null,
    issued_by    varchar not null,
    issued_at    timestamp not null,
    expires_at   timestamp not null,
    account      varchar,
    used_at      timestamp
);

-- Who asks for an account, until it is decided: then the contact is blanked, and the file of the proof erased.
create table account_request (
    id           varchar not null,
    credit_code  varchar not null,
    enterprise   varchar not null,
    industry     varchar not null,
    district     varchar not null,
    contact      varchar not null,
    proof_kind   varchar not null check (proof_kind in ('pdf', 'png', 'jpeg')),
    proof_sha256 varchar not null,
    token_sha256 varchar not null,
    asked_at     timestamp not null
);

-- What became of it: only ever added to, the latest stands. "supplied" is the asker's answer to what it was asked.
create table account_request_answer (
    request     varchar not null,
    outcome     varchar not null check (outcome in ('granted', 'asked', 'supplied', 'refused')),
    reason      varchar not null,
    answered_by varchar not null,
    answered_at timestamp not null
);

-- What a person of an enterprise does there; of an account without any: everything.
create table enterprise_duty (
    account varchar not null,
    duty    varchar not null check (duty in ('fill', 'check', 'confirm'))
);

-- A draft that a person of its enterprise has checked, by hash, at that version of its sheet. The latest stands.
create table draft_check (
    credit_code varchar not null,
    year        integer not null,
    sha256      varchar not null,
    version     integer not null,
    checked_by  varchar not null,
    checked_at  timestamp not null
);
