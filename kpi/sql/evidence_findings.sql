-- Question:   what have reviewers found of the evidence for the values of one factory and year?
-- Grain:      one row a finding, the earliest first
-- Parameters: $credit_code, $year
select kpi, reported, finding, note, found_by, found_at
from evidence_finding
where credit_code = $credit_code and year = $year
order by found_at
