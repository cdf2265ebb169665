-- Question:   how many peers does each factory of a whole year beat, tie and trail, as records and as groups?
-- Grain:      one row per factory and KPI
-- Parameters: $baseline
-- Reads:      observation, with one record per enterprise, KPI and basis
-- Units:      counts, without the factory's own group: worse, tied and n of records; groups, groups_worse and
--             groups_not_better of one record per group, its best for "worse" and its worst for "not better"
with

-- Cells are numbered once: to sort by one number instead of four words takes half the time.
cell as materialized (
    select row_number() over ()::integer as cell, *
    from (
        select region, industry, kpi, basis, count(*) as records
        from observation
        where baseline = $baseline
        group by all
    )
),

peer as not materialized (
    select factory, kpi, cell, records, credit_code, own_group, value
    from observation
    join cell using (region, industry, kpi, basis)
    where baseline = $baseline
),

-- Two can share a group only if one of them bears its name without being it: few do.
shared as materialized (
    select distinct own_group
    from observation
    where baseline = $baseline and own_group <> credit_code
),

-- One record of a group is its best, one its worst.
member as materialized (
    select *,
           row_number() over (partition by cell, own_group order by value desc, factory) > 1 as besides_best,
           row_number() over (partition by cell, own_group order by value, factory) > 1 as besides_worst
    from peer
    where own_group in (from shared)
),

sibling as (
    select own.factory, own.kpi,
           count(*) filter (other.value < own.value) as worse,
           count(*) filter (other.value = own.value) as tied,
           count(*) as n
    from member own
    join member other using (cell, own_group)
    where other.factory <> own.factory
    group by own.factory, own.kpi
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

-- Every cell is sorted once.
placed as (
    select factory, kpi, cell, value, records,
           rank() over sorted - 1 as worse,
           count(*) over sorted as upto
    from peer
    window sorted as (partition by cell order by value)
)

select factory, kpi,
       p.worse - coalesce(s.worse, 0) as worse,
       p.upto - p.worse - 1 - coalesce(s.tied, 0) as tied,
       p.records - 1 - coalesce(s.n, 0) as n,
       p.records - 1 - coalesce(spare.records, 0) as groups,
       p.worse - coalesce(if(b.value = p.value, b.bests_below, b.bests_upto), 0) as groups_worse,
       p.upto - 1 - coalesce(b.worsts_upto, 0) as groups_not_better
from placed p
asof left join besides b on p.cell = b.cell and p.value >= b.value
left join sibling s using (factory, kpi)
left join spare on spare.cell = p.cell
