-- What an enterprise claims and a reviewer rules on, the second record that a ruling makes, and groups of a register.

-- The groups that a register counts in an industry (an enterprise that stands alone is one), null where it does not say.
alter table industry_size add column groups integer;

-- What shows a claim: a start or a "not applicable" of one KPI (item is its code), or a group (item is ''). upload is
-- the file beside the words, null where none was sent. Only ever added to; the latest counts.
create table claim_evidence (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('start', 'not_applicable', 'group')),
    item        varchar not null,
    claimed     varchar not null,
    evidence    varchar not null,
    upload      varchar,
    attached_by varchar not null,
    attached_at timestamp not null
);

-- How a reviewer ruled, on what was claimed then: a claim that changed is open again. Only ever added to; the latest counts.
create table claim_ruling (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('start', 'not_applicable', 'group')),
    item        varchar not null,
    claimed     varchar not null,
    ruling      varchar not null check (ruling in ('accepted', 'refused')),
    reason      varchar not null,
    ruled_by    varchar not null,
    ruled_at    timestamp not null
);

-- The verdict of a locked application decided again after a ruling: the same values, the same baseline. lock_sha256
-- names the record of the lock it stands beside. Only ever added to; the latest counts.
create table later_record (
    credit_code varchar not null,
    year        integer not null,
    lock_sha256 varchar not null,
    record      varchar not null,
    sha256      varchar not null,
    sealed_by   varchar not null,
    sealed_at   timestamp not null
);
