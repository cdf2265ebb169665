-- Question:   which records does a panel in parts hold, each with the group that owns it?
-- Grain:      one row per record, with the columns of observation
-- Parameters: $baseline, $region
-- Reads:      part_record, part_fact
--             owner (credit_code, own_group), bound by the caller: of the enterprises that do not stand alone
with

-- One row per enterprise: parts that disagree about one are refused before.
fact as (
    select distinct credit_code, told_group, industry, body from part_fact
),

enterprise as (
    select f.*, coalesce(o.own_group, f.credit_code) as own_group
    from fact f
    left join owner o using (credit_code)
)

select $baseline as baseline, $region as region, industry, kpi, basis, credit_code, told_group, own_group, body, value
from part_record
join enterprise using (credit_code)
