-- Question:   what is in every locked application's row, reopened ones included?  (to verify it against its seal)
-- Grain:      one row per lock
select credit_code, year, industry, body, application, record, sha256 from release
union all
select credit_code, year, industry, body, application, record, sha256 from withdrawn
order by credit_code, year, sha256
