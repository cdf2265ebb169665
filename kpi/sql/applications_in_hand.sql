-- Question:   which applications are locked, at which stage and since when?  (names only, no values)
-- Grain:      one row per factory and year
-- Parameters: $barred (the caller's conflicts of interest)
with

latest as (
    select distinct on (credit_code, year) credit_code, year, state, taken_at
    from step
    order by credit_code, year, taken_at desc
)

select r.credit_code, r.year, r.industry, r.body,
       cast(r.application as json) -> 'facts' ->> 'enterprise' as enterprise,
       cast(r.application as json) -> 'facts' ->> 'factory_name' as factory,
       l.state, greatest(r.locked_at, l.taken_at) as since
from release r
left join latest l on l.credit_code = r.credit_code and l.year = r.year
where not list_contains($barred, r.credit_code)
order by r.credit_code, r.year
