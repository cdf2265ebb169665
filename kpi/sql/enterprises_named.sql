-- Question:   which enterprises of a baseline bear these names, or belong to a group of one of them?
-- Grain:      one row per enterprise
-- Parameters: $baseline, $names (a list of credit codes and names of groups)
select enterprise, region, industry, credit_code, own_group
from peer_enterprise
where baseline = $baseline
  and (credit_code in $names or own_group in $names)
order by enterprise
