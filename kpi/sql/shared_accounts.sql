-- Question:   what did factories of an industry say of scenarios that they agreed to show, and how far has each come?
-- Grain:      one row per account whose words are still those that were agreed to
-- Parameters: $industry, $own (credit codes that are left out: the caller's own)
with

latest as (
    select distinct on (credit_code, year) credit_code, year, state
    from step
    order by credit_code, year, taken_at desc
)

select s.credit_code, s.year, s.scenario, a.how, l.state,
       cast(r.application as json) -> 'facts' ->> 'enterprise' as enterprise,
       cast(r.application as json) -> 'facts' ->> 'factory_name' as factory
from scenario_shared s
join scenario_account a
  on a.credit_code = s.credit_code and a.year = s.year and a.scenario = s.scenario and a.written_at <= s.agreed_at
join release r on r.credit_code = s.credit_code and r.year = s.year
join latest l on l.credit_code = s.credit_code and l.year = s.year
where r.industry = $industry and not list_contains($own, s.credit_code)
order by s.year desc, s.credit_code, s.scenario
