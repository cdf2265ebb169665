-- Question:   which cells do the records of a baseline form, and which number has each?
-- Grain:      one row per region, industry, KPI and basis, numbered from 1 in this order
-- Parameters: $baseline
-- Reads:      observation
select baseline, (row_number() over (order by region, industry, kpi, basis))::integer as cell, region, industry, kpi, basis,
       count(*)::integer as records
from observation
where baseline = $baseline
group by baseline, region, industry, kpi, basis
order by cell
