-- Question:   which account does this token stand for at this moment, and when was it last used?
-- Grain:      one row, or none: unknown, revoked, expired, or of a disabled account
-- Parameters: $token_sha256, $now
select t.id, t.account, t.used_at
from api_token t
join account a on a.name = t.account
where t.token_sha256 = $token_sha256 and t.revoked_at is null and t.expires_at > $now and not a.disabled
