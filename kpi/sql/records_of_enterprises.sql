-- Question:   which values does a baseline have of these enterprises?  (to find an invented panel again, to take them over)
-- Grain:      one row per value
-- Parameters: $baseline; $enterprises: credit codes
-- Reads:      observation
select credit_code, told_group as "group", industry, body, kpi, basis, value
from observation
where baseline = $baseline
  and credit_code in (select unnest($enterprises))
order by credit_code, kpi, basis
