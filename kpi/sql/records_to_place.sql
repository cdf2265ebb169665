-- Question:   which records do some cells have, to be placed among each other?
-- Grain:      one row per record of these cells, by cell and credit code
-- Parameters: $baseline
-- Reads:      wanted (cell, region, industry, kpi, basis), bound by the caller: the cells, each with a number
--             observation, with one record per enterprise, KPI and basis
-- Units:      value is in the KPI's unit. Records that may be of one group have the same number in group_number, from 1
--             on; 0 is an enterprise that nobody belongs to and that belongs to nobody.
with

peer as materialized (
    select cell, credit_code, own_group, value
    from observation
    join wanted using (region, industry, kpi, basis)
    where baseline = $baseline
),

-- Two can share a group only if one of them bears its name without being it: few do.
shared as (
    select own_group, (row_number() over ())::integer as number
    from (select distinct own_group from peer where own_group <> credit_code)
)

select cell, credit_code, value, coalesce(number, 0) as group_number
from peer
left join shared using (own_group)
order by cell, credit_code
