-- Question:   what was changed in an answer sheet of the caller's own, after a version?
-- Grain:      one row per field and change, the latest first
-- Parameters: $own (credit codes of the caller's own factories), $credit_code, $year, $after
select version, item, field, was, becomes, why, changed_by, changed_at
from worksheet_change
where list_contains($own, credit_code) and credit_code = $credit_code and year = $year and version > $after
order by version desc, item, field
