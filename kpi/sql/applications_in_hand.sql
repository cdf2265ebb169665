-- Question:   which applications are locked, at which stage and since when?  (names only, no values)
-- Grain:      one row per factory and year
-- Parameters: $barred (the caller's conflicts of interest)
select r.credit_code, r.year, r.industry, r.body,
       json_extract_string(r.application, '$.facts.enterprise') as enterprise,
       json_extract_string(r.application, '$.facts.factory_name') as factory,
       (select arg_max(s.state, s.taken_at) from step s where s.credit_code = r.credit_code and s.year = r.year) as state,
       greatest(r.locked_at, (select max(s.taken_at) from step s where s.credit_code = r.credit_code and s.year = r.year)) as since
from release r
where not list_contains($barred, r.credit_code)
order by r.year desc, r.body, r.credit_code
