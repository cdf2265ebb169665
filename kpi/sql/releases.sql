-- Question:   which locked applications may the asker reach?
-- Grain:      one row a factory and year
-- Parameters: $credit_codes, $industries, $bodies, $barred (the asker's scope)
select credit_code, year, industry, body, upload, application, locked_by, locked_at, baseline, record, sha256
from release
where (list_contains($credit_codes, credit_code)
       or list_contains($industries, industry)
       or list_contains($bodies, body))
  and not list_contains($barred, credit_code)
order by year desc, credit_code
