-- Question:   which cells do the records of a baseline form, and how many are in each?
-- Grain:      one row per region, industry, KPI and basis, in this order
-- Parameters: $baseline
-- Reads:      observation
select region, industry, kpi, basis, count(*) as records
from observation
where baseline = $baseline
group by region, industry, kpi, basis
order by region, industry, kpi, basis
