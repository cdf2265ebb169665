-- Question:   how many consecutive wrong passwords, and when was the last?
-- Grain:      one row, or none
-- Parameters: $bucket
select failures, last_at
from failed_sign_in
where bucket = $bucket
