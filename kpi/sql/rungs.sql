-- Question:   how many records and groups of a cell stand at or below each of its values?
-- Grain:      one row per cell and distinct value
-- Parameters: $baseline, $first_cell: the number of its first cell; $first and $last: the numbers of the cells asked
--             about; $first_block: the number of the first block of these
-- Reads:      observation, with one record per enterprise, KPI and basis
-- Units:      counts. below, upto: records of a smaller, and of no greater value. bests_below, bests_upto, worsts_upto:
--             the same with one record per group, its best or its worst. block numbers each 512 values of a cell.
with

cell as materialized (
    select $first_cell - 1 + row_number() over (order by region, industry, kpi, basis) as cell, *
    from (select distinct region, industry, kpi, basis from observation where baseline = $baseline)
),

peer as not materialized (
    select cell, credit_code, own_group, value
    from observation
    join cell using (region, industry, kpi, basis)
    where baseline = $baseline and cell between $first and $last
),

-- Two can share a group only if one of them bears its name without being it.
shared as materialized (
    select distinct own_group from peer where own_group <> credit_code
),

member as not materialized (
    select * from peer where own_group in (from shared)
),

grouped as materialized (
    select cell, own_group, max(value) as best, min(value) as worst
    from member
    group by all
),

-- A record counts as its group's best and worst; in a shared group only one may, so that the members come off again.
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
    select cell, $first_block + sum(blocks) over (order by cell) - blocks as first_block
    from (select cell, max(block_of_cell) + 1 as blocks from summed group by cell)
)

-- Of two equal zeros the one without a sign: which of them came first says nothing.
select (first_block + block_of_cell)::integer as block, cell::integer as cell, if(value = 0, 0, value) as value,
       (upto - records)::integer as below, upto::integer as upto,
       (bests_upto - bests)::integer as bests_below, bests_upto::integer as bests_upto,
       worsts_upto::integer as worsts_upto
from summed
join first_block using (cell)
order by cell, value
