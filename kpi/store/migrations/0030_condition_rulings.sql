-- What reviewers, a recommending body or the authority decided on a condition of a locked application, against what and
-- why; that one was taken back, or that the enterprise appealed against it. Only ever added to; of an earlier lock
-- nothing counts.
create table condition_ruling (
    credit_code varchar not null,
    year        integer not null,
    condition   varchar not null,
    outcome     varchar not null check (outcome in ('met', 'not_met', 'withdrawn', 'appealed')),
    reason      varchar not null,
    evidence    varchar not null,
    role        varchar not null,
    ruled_by    varchar not null,
    ruled_at    timestamp not null
);
