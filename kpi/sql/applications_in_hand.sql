-- Question:   which applications are locked, at which stage?  (names only, no values)
-- Grain:      one row per factory and year
select r.credit_code, r.year, r.industry, r.body,
       json_extract_string(r.application, '$.facts.enterprise') as enterprise,
       json_extract_string(r.application, '$.facts.factory_name') as factory,
       (select arg_max(s.state, s.taken_at) from step s where s.credit_code = r.credit_code and s.year = r.year) as state
from release r
order by r.year desc, r.body, r.credit_code
