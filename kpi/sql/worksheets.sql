-- Question:   which answer sheets of its own may the caller reach?
-- Grain:      one row per factory and year
-- Parameters: $own (credit codes of the caller's own factories)
select credit_code, year, upload, sheet, version, changed_by, changed_at
from worksheet
where list_contains($own, credit_code)
order by year desc, credit_code
