-- Question:   which drafts may the asker reach?
-- Grain:      one row a factory and year
-- Parameters: $credit_codes, $industries, $bodies (the asker's scope)
select credit_code, year, industry, body, upload, application, accepted_by, accepted_at
from draft
where list_contains($credit_codes, credit_code)
   or list_contains($industries, industry)
   or list_contains($bodies, body)
order by year desc, credit_code
