-- Question:   which candidates has a reviewer opened?
-- Grain:      one row per factory and year, as "credit_code year"
-- Parameters: $actor
select distinct subject
from audit
where actor = $actor and action = 'candidate_read'
