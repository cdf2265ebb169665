-- Question:   how many peers does each factory of a whole year beat, tie and trail, as records and as groups?
-- Grain:      one row per factory and KPI
-- Parameters: $baseline
-- Reads:      observation, with one record per enterprise, KPI and basis
-- Units:      counts, without the factory's own group: worse, tied and n of records; groups, groups_worse and
--             groups_not_better of one record per group, its best for "worse" and its worst for "not better"
with

-- Cells are numbered once: what follows compares one number in place of four words.
cell as materialized (
    select row_number() over ()::integer as cell, *
    from (
        select region, industry, kpi, basis, count(*) as records
        from observation
        where baseline = $baseline
        group by all
    )
),

peer as materialized (
    select factory, cell, value
    from observation
    join cell using (region, industry, kpi, basis)
    where baseline = $baseline
),

-- Two can share a group only if one of them bears its name without being it: few do.
shared as (
    select distinct own_group
    from observation
    where baseline = $baseline and own_group <> credit_code
),

-- One record of a group is its best, one its worst.
member as materialized (
    select factory, cell, own_group, value,
           row_number() over (partition by cell, own_group order by value desc, factory) > 1 as besides_best,
           row_number() over (partition by cell, own_group order by value, factory) > 1 as besides_worst
    from (from observation where baseline = $baseline and own_group in (from shared))
    join cell using (region, industry, kpi, basis)
),

sibling as (
    select own.factory, cell,
           count(*) filter (other.value < own.value) as worse,
           count(*) filter (other.value = own.value) as tied,
           count(*) as n
    from member own
    join member other using (cell, own_group)
    where other.factory <> own.factory
    group by own.factory, cell
),

-- Without the records besides its best, or besides its worst, a group counts once.
besides as (
    select cell, value,
           sum(bests) over upto - bests as bests_below,
           sum(bests) over upto as bests_upto,
           sum(worsts) over upto as worsts_upto
    from (
        select cell, value, count(*) filter (besides_best) as bests, count(*) filter (besides_worst) as worsts
        from member
        group by cell, value
    )
    window upto as (partition by cell order by value)
),

spare as (
    select cell, count(*) filter (besides_best) as records from member group by cell
),

-- A rung is a distinct value of a cell.
rung as (
    select cell, value, count(*) as records, sum(count(*)) over (partition by cell order by value) as upto
    from peer
    group by cell, value
),

ladder as (
    select kpi, rung.cell, rung.value,
           (upto - rung.records)::integer as worse,
           (rung.records - 1)::integer as tied,
           (cell.records - 1)::integer as n,
           (cell.records - 1 - coalesce(spare.records, 0))::integer as groups,
           (upto - rung.records
            - if(b.value = rung.value, bests_below, coalesce(bests_upto, 0)))::integer as groups_worse,
           (upto - 1 - coalesce(worsts_upto, 0))::integer as groups_not_better
    from rung
    asof left join besides b on rung.cell = b.cell and rung.value >= b.value
    join cell on rung.cell = cell.cell
    left join spare on rung.cell = spare.cell
)

-- A factory has one record in a cell. Its own group comes off.
select factory, kpi,
       ladder.worse - coalesce(sibling.worse, 0) as worse,
       ladder.tied - coalesce(sibling.tied, 0) as tied,
       ladder.n - coalesce(sibling.n, 0) as n,
       groups, groups_worse, groups_not_better
from peer
join ladder using (cell, value)
left join sibling using (factory, cell)
