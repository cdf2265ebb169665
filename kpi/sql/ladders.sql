-- Question:   which cells does a frozen baseline have, and where do their values begin?
-- Grain:      one row per region, industry, KPI and basis, numbered as in rungs.sql
-- Parameters: $baseline, $first_cell: the number of the first cell
-- Reads:      observation, rung
-- Units:      total is in the KPI's unit. For each block of the cell block_values has its smallest
--             value, block_places how many records of the cell stand before it.
with

summed as (
    select region, industry, kpi, basis, count(*) as records, count(distinct own_group) as groups,
           fsum(value) as total
    from observation
    where baseline = $baseline
    group by all
),

numbered as (
    select $first_cell - 1 + row_number() over (order by region, industry, kpi, basis) as cell, *
    from summed
),

block as (
    select cell, block, min(value) as value, min(below) as place
    from rung
    where cell >= $first_cell
    group by cell, block
),

blocks as (
    select cell, min(block) as first_block, list(value order by block) as block_values,
           list(place order by block) as block_places
    from block
    group by cell
)

select $baseline as baseline, region, industry, kpi, basis, cell::integer as cell, records::integer as records,
       groups::integer as groups, total, first_block, block_values, block_places
from numbered
join blocks using (cell)
order by cell
