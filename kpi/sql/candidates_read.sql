-- Question:   which candidates has a reviewer opened, and when last?
-- Grain:      one row per factory and year, as "credit_code year"
-- Parameters: $actor
select subject, max(done_at) as last_at
from audit
where actor = $actor and action = 'candidate_read'
group by subject
