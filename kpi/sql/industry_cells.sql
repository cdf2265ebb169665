-- Question:   how many records of an industry does each of its cells have?
-- Grain:      one row per KPI and basis
-- Parameters: $baseline, $industry
-- Reads:      observation
select kpi, basis, count(*) as records
from observation
where baseline = $baseline and industry = $industry
group by kpi, basis
order by kpi, basis
