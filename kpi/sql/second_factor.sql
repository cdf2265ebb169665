-- Question:   what does this account sign in with beside its password?
-- Grain:      one row, or none
-- Parameters: $account
select f.seed, f.set_up_at, f.last_step,
       (select array_agg(r.code_sha256 order by r.code_sha256) from recovery_code r where r.account = f.account) as recovery_sha256
from second_factor f
where f.account = $account
