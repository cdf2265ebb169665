-- Question:   whose sign-in is this, if it is still valid?
-- Grain:      one row, or none
-- Parameters: $token_sha256, $now
select s.account
from sign_in s
join account a on a.name = s.account
where s.token_sha256 = $token_sha256 and not s.ended and s.expires_at > $now
  and s.created_at <= $now + interval 1 minute -- begun on a day that has not come: the clock was ahead
  and not a.disabled
