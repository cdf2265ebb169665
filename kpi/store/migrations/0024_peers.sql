-- Peers are counted by plain questions over the records of a cell, laid out by cell and value; the tables that a value
-- was looked up in go. kpi/sql/peer_cells.sql, peer_enterprises.sql and peer_records.sql say what the new ones hold of a
-- baseline; here they are filled for all that is frozen already.

drop table ladder;
drop table rung;
drop table filed_record;

-- The cells of a baseline, numbered from 1.
create table peer_cell (
    baseline varchar not null,
    cell     integer not null,
    region   varchar not null,
    industry varchar not null,
    kpi      varchar not null,
    basis    varchar not null,
    records  integer not null
);

-- The enterprises of a baseline, numbered from 1 in the order of the SHA-256 of credit code and year.
create table peer_enterprise (
    baseline    varchar not null,
    enterprise  integer not null,
    region      varchar not null,
    industry    varchar not null,
    credit_code varchar not null,
    own_group   varchar not null
);

-- Their records. chosen: the one of its group in the cell that was chosen before there were data.
create table peer_record (
    baseline   varchar not null,
    cell       integer not null,
    enterprise integer not null,
    value      double not null,
    chosen     boolean not null
);

insert into peer_cell
select baseline, row_number() over (partition by baseline order by region, industry, kpi, basis), region, industry, kpi,
       basis, count(*)
from observation
group by baseline, region, industry, kpi, basis
order by baseline, region, industry, kpi, basis;

insert into peer_enterprise
select baseline, row_number() over (partition by baseline order by sha256(credit_code || year), credit_code), region,
       industry, credit_code, own_group
from (select distinct baseline, region, industry, credit_code, own_group from observation) enterprise
join (select name as baseline, year from baseline) frozen using (baseline)
order by all;

insert into peer_record
select baseline, cell, enterprise, if(value = 0, 0, value),
       enterprise = min(enterprise) over (partition by baseline, cell, own_group)
from observation
join peer_cell using (baseline, region, industry, kpi, basis)
join peer_enterprise using (baseline, region, industry, credit_code, own_group)
order by baseline, cell, value, enterprise;
