-- Question:   what have the locked applications in the caller's scope promised to do once they are listed, and done of it?
-- Grain:      one row per promise with the latest report of it; one without a promise where there is none
-- Parameters: $everything, $credit_codes, $industries, $bodies, $barred (the caller's scope)
with

latest as (
    select distinct on (credit_code, year) credit_code, year, state
    from step
    order by credit_code, year, taken_at desc
),

reported as (
    select distinct on (outreach) outreach, done_on, evidence, upload, written_at
    from outreach_done
    order by outreach, written_at desc
)

select r.credit_code, r.year, r.body, l.state,
       cast(r.application as json) -> 'facts' ->> 'enterprise' as enterprise,
       cast(r.application as json) -> 'facts' ->> 'factory_name' as factory,
       o.id, o.kind, o.what, o.due, d.done_on, d.evidence, d.upload, d.written_at
from release r
join latest l on l.credit_code = r.credit_code and l.year = r.year
left join outreach o on o.credit_code = r.credit_code and o.year = r.year
left join reported d on d.outreach = o.id
where ($everything
       or list_contains($credit_codes, r.credit_code)
       or list_contains($industries, r.industry)
       or list_contains($bodies, r.body))
  and not list_contains($barred, r.credit_code)
order by r.year desc, r.credit_code, o.due, o.written_at, o.id
