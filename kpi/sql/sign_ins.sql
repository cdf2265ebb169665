-- Question:   which sign-ins of this account are valid?
-- Grain:      one row per sign-in, the latest first
-- Parameters: $account, $now
select s.token_sha256, s.created_at, s.expires_at, s.address, s.device
from sign_in s
where s.account = $account and not s.ended and s.expires_at > $now
order by s.created_at desc
