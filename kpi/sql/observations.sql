-- Question:   what are all frozen records of a baseline?  (to verify its hash)
-- Grain:      one row per value
-- Parameters: $baseline
select region, industry, kpi, basis, credit_code, told_group, own_group, body, value
from observation
where baseline = $baseline
order by credit_code, kpi
