-- Question:   how do the records of two baselines differ, cell by cell?
-- Grain:      one row per region, industry, KPI and basis of either
-- Parameters: $before, $after (names)
-- Units:      counts of records. An enterprise has one record of a KPI; on another basis it is added there and removed here.
with

paired as (
    select coalesce(b.region, a.region) as region,
           coalesce(b.industry, a.industry) as industry,
           coalesce(b.kpi, a.kpi) as kpi,
           coalesce(b.basis, a.basis) as basis,
           b.value as before,
           a.value as after,
           b.own_group as group_before,
           a.own_group as group_after
    from (select * from observation where baseline = $before) b
    full join (select * from observation where baseline = $after) a using (region, industry, kpi, basis, credit_code)
)

select region, industry, kpi, basis,
       count(*) filter (before is null) as added,
       count(*) filter (after is null) as removed,
       count(*) filter (before <> after) as changed,
       count(*) filter (before = after) as unchanged,
       count(*) filter (group_before <> group_after) as regrouped
from paired
group by all
order by region, industry, kpi, basis
