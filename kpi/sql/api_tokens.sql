-- Question:   which tokens of the HTTP interface were added, for all accounts or for one (null: all)?
-- Grain:      one row per token, the latest first
-- Parameters: $account
select id, account, label, added_by, added_at, expires_at, revoked_at, used_at
from api_token
where cast($account as varchar) is null or account = $account
order by added_at desc, id
