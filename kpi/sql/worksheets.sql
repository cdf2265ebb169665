-- Question:   which answer sheets of its own may the asker reach?
-- Grain:      one row a factory and year
-- Parameters: $own (credit codes of the asker's own factories)
select credit_code, year, upload, sheet, version, changed_by, changed_at
from worksheet
where list_contains($own, credit_code)
order by year desc, credit_code
