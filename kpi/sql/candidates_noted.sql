-- Question:   of which candidates does the trail note an act of an account, such as having read them, and when last?
-- Grain:      one row per factory and year, as "credit_code year"
-- Parameters: $actor, $action
select subject, max(done_at) as last_at
from audit
where actor = $actor and action = $action
group by subject
