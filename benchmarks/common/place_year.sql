-- Question:   which records are to be placed among each other?
-- Grain:      one row per record, in any order
-- Parameters: $baseline
-- Reads:      observation, with one record per enterprise, KPI and basis
--             cell (cell, region, industry, kpi, basis), numbered from 0
-- Units:      records that may be of one group have the same number in group_number, from 1 on; 0 is alone
with

-- Two can share a group only if one of them bears its name without being it: few do.
shared as (
    select own_group, (row_number() over ())::integer as number
    from (select distinct own_group from observation where baseline = $baseline and own_group <> credit_code)
)

-- Of fewer cells than 65,536: so they are put in order fastest.
select factory, cell::usmallint as cell, value, coalesce(number, 0) as group_number
from observation
join cell using (region, industry, kpi, basis)
left join shared using (own_group)
where baseline = $baseline
