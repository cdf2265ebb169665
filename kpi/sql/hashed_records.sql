-- Question:   what of a baseline's records is hashed?
-- Grain:      one row per record, by credit code and KPI
-- Parameters: $baseline
-- Reads:      observation
select credit_code, kpi, told_group as "group", industry, body, value, nullif(basis, 'only') as basis
from observation
where baseline = $baseline
order by credit_code, kpi
