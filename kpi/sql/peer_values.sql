-- Question:   what are the values of a candidate's peers for one KPI?  (reviewers and the authority only)
-- Grain:      one row per peer
-- Parameters: $baseline, $region, $industry, $kpi, $basis, $credit_code, $own_group
select value
from observation
where baseline = $baseline and region = $region and industry = $industry and kpi = $kpi and basis = $basis
  and credit_code <> $credit_code and own_group <> $own_group
order by value
