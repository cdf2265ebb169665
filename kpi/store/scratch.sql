-- The parts of a panel as they are read, numbered from 0; "row" is that of the part's file, headers counted.
create table part_record (
    part        integer not null,
    "row"       bigint not null,
    credit_code varchar not null,
    kpi         varchar not null,
    basis       varchar not null,
    value       double not null
);

-- What a piece of a part says of each of its enterprises.
create table part_fact (
    part         integer not null,
    "row"        bigint not null,
    credit_code  varchar not null,
    told_group   varchar,
    industry     varchar not null,
    sub_industry varchar,
    body         varchar
);
