-- Question:   what does every locked application's row say?  (to verify it against its seal)
-- Grain:      one row a factory and year
select credit_code, year, industry, body, application, record, sha256
from release
order by credit_code, year
