-- Question:   with which enterprises has an account a conflict of interest, and why?
-- Grain:      one row per enterprise
-- Parameters: $account
select credit_code, reason
from conflict
where reviewer = $account
order by credit_code
