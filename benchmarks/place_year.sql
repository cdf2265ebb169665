-- Question:   how many peers does each factory of a whole year beat, tie and trail?
-- Grain:      one row per factory and KPI
-- Parameters: $baseline
-- Reads:      observation, with one record per enterprise, KPI and basis
-- Units:      counts of records, without those of the factory's own group
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

-- Every cell is sorted once; a factory is no peer of its own.
placed as (
    select factory, kpi,
           rank() over sorted - 1 as worse,
           count(*) over sorted - rank() over sorted as tied,
           records - 1 as n
    from peer
    window sorted as (partition by cell order by value)
),

-- Two can share a group only if one of them bears its name without being it: few do.
shared as materialized (
    select distinct own_group
    from observation
    where baseline = $baseline and own_group <> credit_code
),

member as materialized (
    select * from peer where own_group in (from shared)
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
)

select factory, kpi,
       p.worse - coalesce(s.worse, 0) as worse,
       p.tied - coalesce(s.tied, 0) as tied,
       p.n - coalesce(s.n, 0) as n
from placed p
left join sibling s using (factory, kpi)
