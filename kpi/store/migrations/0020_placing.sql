-- What placing a value needs, written once at freeze: a frozen baseline never changes. kpi/sql/ladders.sql, rungs.sql
-- and filed_records.sql say what the tables hold of a baseline; here they are filled for all that is frozen already.

-- A cell, numbered over all baselines.
create table ladder (
    baseline     varchar not null,
    region       varchar not null,
    industry     varchar not null,
    kpi          varchar not null,
    basis        varchar not null,
    cell         integer not null,
    records      integer not null,
    groups       integer not null,
    total        double not null,
    first_block  integer not null,
    block_values double[] not null,
    block_places integer[] not null
);

-- Each distinct value of a cell, and what stands below it and up to it. A block of 512 is what placing a value reads.
create table rung (
    block       integer not null,
    cell        integer not null,
    value       double not null,
    below       integer not null,
    upto        integer not null,
    bests_below integer not null,
    bests_upto  integer not null,
    worsts_upto integer not null
);

-- Records by enterprise and by group, for those that a placing leaves out.
create table filed_record (
    key         ubigint not null,
    cell        integer not null,
    credit_code varchar not null,
    own_group   varchar not null,
    value       double not null,
    place       integer not null
);

create temp table numbered as
select row_number() over (order by baseline, region, industry, kpi, basis) as cell, *
from (
    select baseline, region, industry, kpi, basis, count(*) as records, count(distinct own_group) as groups,
           fsum(value) as total
    from observation
    group by all
);

create temp table peer as
select cell, baseline, credit_code, own_group, value
from observation
join numbered using (baseline, region, industry, kpi, basis);

insert into rung
with
shared as (
    select distinct baseline, own_group from peer where own_group <> credit_code
),
member as (
    select peer.* from peer join shared using (baseline, own_group)
),
grouped as (
    select cell, own_group, max(value) as best, min(value) as worst from member group by all
),
counted as (
    select cell, value, sum(records) as records, sum(bests) as bests, sum(worsts) as worsts
    from (
        select cell, value, count(*) as records, count(*) as bests, count(*) as worsts from peer group by all
        union all
        select cell, value, 0, -count(*), -count(*) from member group by all
        union all
        select cell, best, 0, count(*), 0 from grouped group by all
        union all
        select cell, worst, 0, 0, count(*) from grouped group by all
    )
    group by all
),
summed as (
    select cell, value, records, bests,
           sum(records) over so_far as upto,
           sum(bests) over so_far as bests_upto,
           sum(worsts) over so_far as worsts_upto,
           (row_number() over so_far - 1) // 512 as block_of_cell
    from counted
    window so_far as (partition by cell order by value)
),
first_block as (
    select cell, 1 + sum(blocks) over (order by cell) - blocks as first_block
    from (select cell, max(block_of_cell) + 1 as blocks from summed group by cell)
)
select first_block + block_of_cell, cell, value, upto - records, upto, bests_upto - bests, bests_upto, worsts_upto
from summed
join first_block using (cell)
order by cell, value;

insert into ladder
with
block as (
    select cell, block, min(value) as value, min(below) as place from rung group by cell, block
),
blocks as (
    select cell, min(block) as first_block, list(value order by block) as block_values,
           list(place order by block) as block_places
    from block
    group by cell
)
select baseline, region, industry, kpi, basis, cell, records, groups, total, first_block, block_values, block_places
from numbered
join blocks using (cell)
order by cell;

insert into filed_record
with
record as (
    select cell, credit_code, own_group, value,
           row_number() over (partition by cell order by value, credit_code) - 1 as place
    from peer
),
filed as (
    select md5_number_upper(credit_code) as key, * from record
    union all
    select md5_number_upper(own_group) as key, * from record where own_group <> credit_code
)
select key, cell, credit_code, own_group, value, place
from filed
order by key, cell, credit_code;

drop table peer;
drop table numbered;
