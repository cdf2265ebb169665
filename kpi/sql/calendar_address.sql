-- Question:   which account is this address of, or which address has this account?
-- Grain:      one row, or none
-- Parameters: $account, $token_sha256 (null: any)
select account, lang, made_at
from calendar_address
where (cast($account as varchar) is null or account = $account)
  and (cast($token_sha256 as varchar) is null or token_sha256 = $token_sha256)
