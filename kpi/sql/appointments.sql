-- Question:   which visits and defences were set for the locked applications in the caller's scope, and changed?
-- Grain:      one row each time, the earliest first
-- Parameters: $everything, $credit_codes, $industries, $bodies, $barred (the caller's scope)
with

latest as (
    select distinct on (credit_code, year) credit_code, year, state
    from step
    order by credit_code, year, taken_at desc
)

select a.credit_code, a.year, a.kind, a.starts_at, a.ends_at, a.place, a.experts, a.reason, a.set_at, r.locked_at, l.state,
       cast(r.application as json) -> 'facts' ->> 'enterprise' as enterprise,
       cast(r.application as json) -> 'facts' ->> 'factory_name' as factory
from appointment a
join release r on r.credit_code = a.credit_code and r.year = a.year
left join latest l on l.credit_code = a.credit_code and l.year = a.year
where ($everything
       or list_contains($credit_codes, r.credit_code)
       or list_contains($industries, r.industry)
       or list_contains($bodies, r.body))
  and not list_contains($barred, r.credit_code)
order by a.set_at, a.credit_code, a.kind
