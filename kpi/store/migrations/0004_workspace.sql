-- The enterprise's workspace: answer sheets that may hold faults, every change of them, confirmed layouts, locks that
-- were taken back, and how far an application has come.

-- One answer sheet a factory and year: 21 KPIs and the facts of annex 3 as text. Its draft stands in draft while it is
-- faultless. version grows by one with each change, so that two people do not overwrite each other unseen.
create table worksheet (
    credit_code varchar not null,
    year        integer not null,
    upload      varchar not null,
    sheet       varchar not null,
    version     integer not null,
    changed_by  varchar not null,
    changed_at  timestamp not null,
    primary key (credit_code, year)
);

-- Only ever added to.
create table worksheet_change (
    credit_code varchar not null,
    year        integer not null,
    version     integer not null,
    item        varchar not null,
    field       varchar not null,
    was         varchar not null,
    becomes     varchar not null,
    why         varchar not null,
    changed_by  varchar not null,
    changed_at  timestamp not null
);

-- What an enterprise has confirmed of its files' layout.
create table confirmed_answers (
    credit_code  varchar primary key,
    answers      varchar not null,
    confirmed_by varchar not null,
    confirmed_at timestamp not null
);

-- Locked applications that were reopened, whole as they were. Only ever added to.
create table withdrawn (
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
    reopened_by varchar not null,
    reopened_at timestamp not null,
    reason      varchar not null
);

-- Each step of an application, from submitted to listed or not. Only ever added to.
create table step (
    credit_code varchar not null,
    year        integer not null,
    state       varchar not null check (state in ('draft', 'submitted', 'put_forward', 'material_review', 'on_site',
                                                  'defence', 'publicity', 'listed', 'not_listed')),
    taken_at    timestamp not null,
    taken_by    varchar not null,
    note        varchar not null
);
