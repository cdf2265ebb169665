-- The documents that go with an application: its annex 4 report, and the report of the maturity self-assessment. upload
-- is the file as it was sent. Only ever added to; the latest of each kind counts, and the record of a lock seals its hash.
create table attached_document (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('report', 'self_assessment')),
    upload      varchar not null,
    attached_by varchar not null,
    attached_at timestamp not null
);
