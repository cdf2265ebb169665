-- Question:   who handed out the last password of an account that it did not choose itself?
-- Grain:      one row; none where no act says so
-- Parameters: $account
select actor
from audit
where action in ('account_added', 'password_reset') and subject = $account
order by seq desc
limit 1
