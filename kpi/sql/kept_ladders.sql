-- Question:   which cells of a baseline were written at freeze?  (see ladders.sql)
-- Grain:      one row per region, industry, KPI and basis
-- Parameters: $baseline
select *
from ladder
where baseline = $baseline
order by cell, region, industry, kpi, basis
