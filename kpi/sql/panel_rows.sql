-- Question:   what do a baseline's enterprises report, KPI by KPI, on the bases that policy compares?
-- Grain:      one row per value; enterprises in the order of their hash, so that the first ones are a fair sample
-- Parameters: $baseline, $region, $most (enterprises), $kpis and $bases (lists of the same length: KPI, its basis)
with

sampled as (
    select credit_code, row_number() over (order by hash(credit_code), credit_code) - 1 as enterprise
    from (select distinct credit_code from observation where baseline = $baseline and region = $region)
    qualify enterprise < $most
),

compared as (
    select unnest($kpis::varchar[]) as kpi, unnest($bases::varchar[]) as basis
)

select enterprise, o.industry, o.own_group, o.kpi, o.value
from observation o
join sampled using (credit_code)
join compared using (kpi, basis)
where o.baseline = $baseline and o.region = $region
order by enterprise
