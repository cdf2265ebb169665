-- Question:   what do the caller's own factories mean to reach?
-- Grain:      one row per factory, year and KPI
-- Parameters: $own (credit codes of the caller's own factories)
select credit_code, year, kpi, value, basis
from own_target
where list_contains($own, credit_code)
order by credit_code, year, kpi
