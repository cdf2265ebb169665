-- Question:   which sign-ins of this account hold?
-- Grain:      one row a sign-in, the latest first
-- Parameters: $account, $now
select s.token_sha256, s.created_at, s.expires_at, s.address, s.device
from sign_in s
join account a on a.name = s.account
where s.account = $account and not s.ended and s.expires_at > $now
  and (a.valid_from is null or s.created_at >= a.valid_from)
order by s.created_at desc
