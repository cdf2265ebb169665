-- Question:   which stages has each application in the caller's scope reached?
-- Grain:      one row per stage reached, in order
-- Parameters: $everything, $credit_codes, $industries, $bodies, $barred (the caller's scope)
select s.credit_code, s.year, s.state, s.taken_at, s.taken_by, s.note
from step s
left join release r on r.credit_code = s.credit_code and r.year = s.year
where (($everything and r.industry is not null)
       or list_contains($credit_codes, s.credit_code)
       or list_contains($industries, r.industry)
       or list_contains($bodies, r.body))
  and not list_contains($barred, s.credit_code)
order by s.taken_at
