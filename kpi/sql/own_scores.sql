-- Question:   what has a reviewer scored?
-- Grain:      one row a version, the latest first
-- Parameters: $reviewer; $round, $credit_code (null for all)
select round, credit_code, reviewer, version, state, sheet, content, sha256, position, list_length, saved_at
from score_version
where reviewer = $reviewer
  and (cast($round as varchar) is null or round = $round)
  and (cast($credit_code as varchar) is null or credit_code = $credit_code)
order by round, credit_code, version desc
