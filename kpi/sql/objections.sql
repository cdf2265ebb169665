-- Question:   which objections to applications were received?  For administrators only: they name who objected.
-- Grain:      one row per objection, the earliest first
-- Parameters: $year (null for every year), $barred (the caller's conflicts of interest)
select id, credit_code, year, received_on, objector, objection, upload, recorded_by, recorded_at
from objection
where (cast($year as bigint) is null or year = $year) and not list_contains($barred, credit_code)
order by received_on, recorded_at
