-- Question:   whose account does this link make, if it is good still?
-- Grain:      one row, or none
-- Parameters: $token_sha256, $now
select credit_code, enterprise
from account_link
where token_sha256 = $token_sha256 and account is null and expires_at > $now
