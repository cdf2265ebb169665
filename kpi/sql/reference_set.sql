-- Question:   what are the values of all known enterprises of an industry?  (reviewers and the authority only)
-- Grain:      one row per enterprise, KPI and basis
-- Parameters: $baseline, $region, $industry
select credit_code, kpi, basis, value
from observation
where baseline = $baseline and region = $region and industry = $industry
order by credit_code, kpi, basis
