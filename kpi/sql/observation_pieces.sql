-- Question:   what are all records of a baseline, as another database keeps them?
-- Grain:      one row per value, by credit code and KPI
-- Parameters: $baseline
-- Reads:      observation
select region, industry, kpi, basis, credit_code, told_group, own_group, body, value
from observation
where baseline = $baseline
order by credit_code, kpi
