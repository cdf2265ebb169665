-- Question:   which drafts of its own may the caller reach? Nobody else reaches a draft.
-- Grain:      one row per factory and year
-- Parameters: $own (credit codes of the caller's own factories)
select credit_code, year, industry, body, upload, application, accepted_by, accepted_at
from draft
where list_contains($own, credit_code)
order by year desc, credit_code
