-- Question:   which locked applications may the asker reach?
-- Grain:      one row a factory and year
-- Parameters: $credit_codes, $industries, $bodies (the asker's scope)
select credit_code, year, industry, body, upload, application, locked_by, locked_at, baseline, record, sha256
from release
where list_contains($credit_codes, credit_code)
   or list_contains($industries, industry)
   or list_contains($bodies, body)
order by year desc, credit_code
