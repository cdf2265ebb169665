-- Question:   which locks of one factory and year are there, reopened ones included?
-- Grain:      one row a lock, the earliest first; of one moment that reopened first first, and that which holds last
-- Parameters: $own (credit codes of the asker's own factories), $credit_code, $year
with

locked as (
    select credit_code, year, locked_at, reopened_at, application, baseline, record, sha256 from withdrawn
    union all
    select credit_code, year, locked_at, null, application, baseline, record, sha256 from release
)

select application, baseline, record, sha256
from locked
where list_contains($own, credit_code) and credit_code = $credit_code and year = $year
order by locked_at, reopened_at nulls last, sha256
