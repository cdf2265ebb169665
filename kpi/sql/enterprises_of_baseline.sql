-- Question:   which of these enterprises does a baseline hold, and in which industry?
-- Grain:      one row per enterprise and industry
-- Parameters: $baseline, $region, $codes (a list)
select industry, credit_code
from peer_enterprise
where baseline = $baseline and region = $region
  and credit_code in (select unnest($codes))
order by credit_code, industry
