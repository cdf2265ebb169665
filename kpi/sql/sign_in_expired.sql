-- Question:   has this sign-in run out, or was it begun while the clock was ahead, without being marked as ended?
-- Grain:      one row, or none
-- Parameters: $token_sha256, $now, $since
select s.account
from sign_in s
where s.token_sha256 = $token_sha256 and not s.ended
  and (s.expires_at <= $now or s.created_at > $since)
