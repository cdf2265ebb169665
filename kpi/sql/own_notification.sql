-- Question:   what is the event about that a message to an account names?
-- Grain:      one row, none where it is no event of the account's
-- Parameters: $account, $notification
select id, kind, page, account, credit_code, year, day, raised_at
from notification
where account = $account and id = $notification
