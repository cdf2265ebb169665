-- Question:   what is in every sealed record, of reopened locks and later records too?  (to verify it against its seal)
-- Grain:      one row per sealed record; of a later record whose lock is gone all but its own columns is null
with

locked as (
    select credit_code, year, industry, body, application, baseline, record, sha256, locked_at as sealed_at from release
    union all
    select credit_code, year, industry, body, application, baseline, record, sha256, locked_at as sealed_at from withdrawn
)

select * from locked
union all
select l.credit_code, l.year, k.industry, k.body, k.application, k.baseline, l.record, l.sha256, l.sealed_at
from later_record l
left join (select distinct * from locked) k on k.sha256 = l.lock_sha256
order by credit_code, year, sha256
