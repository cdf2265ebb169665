-- Question:   which locked applications may the asker reach, and what did the first lock of that year say?
-- Grain:      one row a factory and year
-- Parameters: $credit_codes, $industries, $bodies, $barred (the asker's scope)
select r.credit_code, r.year, r.industry, r.body, r.upload, r.application, r.locked_by, r.locked_at, r.baseline, r.record, r.sha256,
       coalesce(
           (select arg_min(w.record, w.locked_at) from withdrawn w where w.credit_code = r.credit_code and w.year = r.year),
           r.record
       ) as first_record,
       coalesce(
           (select arg_min(w.baseline, w.locked_at) from withdrawn w where w.credit_code = r.credit_code and w.year = r.year),
           r.baseline
       ) as first_baseline
from release r
where (list_contains($credit_codes, r.credit_code)
       or list_contains($industries, r.industry)
       or list_contains($bodies, r.body))
  and not list_contains($barred, r.credit_code)
order by r.year desc, r.credit_code
