-- Question:   what was the account answered when it sent something with this key?
-- Grain:      one row, or none
-- Parameters: $account, $key
select request, status, body
from api_answer
where account = $account and key = $key
