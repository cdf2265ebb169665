-- Question:   what does each cell of a baseline contain?
-- Grain:      one row per region, industry, KPI and basis
-- Parameters: $baseline
select region, industry, kpi, basis, records, groups, largest_share, mean, p50, p75, p80, p90
from cell
where baseline = $baseline
order by region, industry, kpi, basis
