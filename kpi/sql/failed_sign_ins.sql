-- Question:   how often was a wrong password given lately, and when last?
-- Grain:      one row, or none
-- Parameters: $bucket
select failures, last_at
from failed_sign_in
where bucket = $bucket
