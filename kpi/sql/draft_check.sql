-- Question:   who of its enterprise checked a factory's draft last?
-- Grain:      one row, or none
-- Parameters: $own (credit codes of the caller's own factories), $credit_code, $year
select c.sha256, c.version, c.checked_by, c.checked_at
from draft_check c
where list_contains($own, c.credit_code) and c.credit_code = $credit_code and c.year = $year
order by c.checked_at desc
limit 1
