-- Question:   how many accounts were asked for since this moment?
-- Grain:      one row
-- Parameters: $since
select count(*) as requests
from account_request
where asked_at > $since
