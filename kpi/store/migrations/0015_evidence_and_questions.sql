-- What a reviewer made of the evidence for one KPI: confirmed, doubted or refuted, with a note. reported is what was
-- reported then: a finding says nothing of another value. Only ever added to; the latest counts.
create table evidence_finding (
    credit_code varchar not null,
    year        integer not null,
    kpi         varchar not null,
    reported    varchar not null,
    finding     varchar not null check (finding in ('confirmed', 'doubted', 'refuted')),
    note        varchar not null,
    found_by    varchar not null,
    found_at    timestamp not null
);

-- What a reviewer asks an enterprise: of one KPI, or of the whole application (kpi is ''). Only ever added to.
create table enquiry (
    id          varchar primary key,
    credit_code varchar not null,
    year        integer not null,
    kpi         varchar not null,
    question    varchar not null,
    asked_by    varchar not null,
    asked_at    timestamp not null
);

-- The enterprise's answers. upload is the file beside the words, null where none was sent. Only ever added to.
create table enquiry_answer (
    enquiry     varchar not null,
    answer      varchar not null,
    upload      varchar,
    answered_by varchar not null,
    answered_at timestamp not null
);
