-- Question:   which locks of one factory and year are there, reopened ones included?
-- Grain:      one row a lock, the earliest first
-- Parameters: $own (credit codes of the asker's own factories), $credit_code, $year
select application, baseline, record, sha256
from (select * exclude (reopened_by, reopened_at, reason) from withdrawn union all by name select * from release)
where list_contains($own, credit_code) and credit_code = $credit_code and year = $year
order by locked_at
