-- Question:   whose sign-in is this, if it is still valid?
-- Grain:      one row, or none
-- Parameters: $token_sha256, $now
select s.account
from sign_in s
join account a on a.name = s.account
where s.token_sha256 = $token_sha256 and not s.ended and s.expires_at > $now
  and not a.disabled
