-- Question:   every record of a baseline, to be kept in memory: it is frozen and never changes
-- Grain:      one row per enterprise, KPI and basis, those of a cell together and ascending
-- Parameters: $baseline
select region, industry, kpi, basis, credit_code, own_group, value
from observation
where baseline = $baseline
order by region, industry, kpi, basis, value
