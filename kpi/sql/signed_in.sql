-- Question:   whose sign-in is this, if it still holds?
-- Grain:      one row, or none
-- Parameters: $token_sha256, $now
select account
from sign_in
where token_sha256 = $token_sha256 and not ended and expires_at > $now
