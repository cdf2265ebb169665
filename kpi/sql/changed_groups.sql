-- Question:   in how many groups do records about to be frozen differ from snapshots frozen before?
-- Grain:      one row per earlier baseline, industry, KPI and basis in which something differs
-- Reads:      record (industry, kpi, basis, credit_code, own_group, value), bound by the caller
-- Parameters: $earlier (names of baselines of the same region)
with

snapshot as (
    select unnest($earlier) as baseline
),

before as (
    select baseline, industry, kpi, basis, credit_code, own_group, value
    from observation
    join snapshot using (baseline)
),

after as (
    select baseline, industry, kpi, basis, credit_code, own_group, value
    from record
    cross join snapshot
),

-- Added, removed, or of another value.
changed as (
    select baseline, industry, kpi, basis, b.own_group as group_before, a.own_group as group_after
    from before b
    full join after a using (baseline, industry, kpi, basis, credit_code)
    where b.value is distinct from a.value
),

touched as (
    select baseline, industry, kpi, basis, group_before as own_group from changed where group_before is not null
    union
    select baseline, industry, kpi, basis, group_after from changed where group_after is not null
)

select baseline, industry, kpi, basis, count(*) as groups
from touched
group by all
order by baseline, industry, kpi, basis
