-- Changes of policy: each draft in every version, who approved which version, and who withdrew it. Only ever added to.

-- change numbers a draft, version its editions; content is JSON in the form of a file of data/policy.
create table policy_change (
    change   integer not null,
    version  integer not null,
    content  varchar not null,
    saved_by varchar not null,
    saved_at timestamp not null,
    primary key (change, version)
);

-- An approval is of one version: a later edition has none.
create table policy_approval (
    change      integer not null,
    version     integer not null,
    approved_by varchar not null,
    approved_at timestamp not null,
    primary key (change, version)
);

create table policy_withdrawal (
    change       integer primary key,
    reason       varchar not null,
    withdrawn_by varchar not null,
    withdrawn_at timestamp not null
);
