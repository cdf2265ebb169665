-- Question:   what became of requests for an account?
-- Grain:      one row per answer, in the order of time
select request, outcome, reason, answered_by, answered_at
from account_request_answer
order by answered_at
