-- Question:   whose sign-in is this, and from when to when does it hold?
-- Grain:      one row, or none where it was ended, is unknown, or the account is disabled
-- Parameters: $token_sha256
select s.account, s.created_at, s.expires_at
from sign_in s
join account a on a.name = s.account
where s.token_sha256 = $token_sha256 and not s.ended and not a.disabled
