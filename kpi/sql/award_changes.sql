-- Question:   how was the award list changed, one by one and by files?
-- Grain:      one row per change, the latest first
-- Parameters: none
select number, act, credit_code, before, after, reason, changed_by, changed_at
from award_change
order by number desc
