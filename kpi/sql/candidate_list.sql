-- Question:   which candidates may the caller reach, and how does each stand by its latest sealed record?
-- Grain:      one row per factory and year, the latest year first
-- Parameters: $everything, $credit_codes, $industries, $bodies, $barred (the caller's scope)
-- Units:      worse, tied, better count peers, a number a KPI in the order of codes; compared is the value compared
with

-- A reviewer's ruling decides a lock again: what stands is the latest record beside it.
later as (
    select distinct on (lock_sha256) lock_sha256, record, sha256
    from later_record
    order by lock_sha256, sealed_at desc, number desc
),

reached as (
    select r.*
    from release r
    where (($everything and r.industry is not null)
           or list_contains($credit_codes, r.credit_code)
           or list_contains($industries, r.industry)
           or list_contains($bodies, r.body))
      and not list_contains($barred, r.credit_code)
),

stage as (
    select distinct on (credit_code, year) credit_code, year, state
    from step
    order by credit_code, year, taken_at desc
),

sealed as (
    select reached.*, coalesce(later.sha256, reached.sha256) as seal,
           cast(coalesce(later.record, reached.record) as json) as standing, cast(application as json) as said
    from reached
    left join later on later.lock_sha256 = reached.sha256
)

select s.credit_code, s.year, s.industry, coalesce(s.body, '') as body,
       coalesce(said -> 'facts' ->> 'enterprise', s.credit_code) as enterprise,
       coalesce(said -> 'facts' ->> 'factory_name', '') as factory,
       said -> 'facts' ->> 'group' as own_group, s.baseline, b.provenance = 'illustrative' as illustrative, seal,
       coalesce(stage.state, 'submitted') as state,
       standing ->> 'clause' as clause,
       cast(standing -> 'policy' ->> 'leading_quantile' as double precision) as leading_quantile,
       cast(json_array_length(standing -> 'leading_list') as integer) as leading,
       json_column(standing, 'kpis', 'code') as codes,
       cast(json_column(standing, 'kpis', 'worse') as integer[]) as worse,
       cast(json_column(standing, 'kpis', 'tied') as integer[]) as tied,
       cast(json_column(standing, 'kpis', 'better') as integer[]) as better,
       cast(json_column(standing, 'kpis', 'value') as double precision[]) as compared,
       json_column(standing, 'kpis', 'verdict') as verdicts,
       coalesce(standing ->> 'rulings', '[]') as rulings
from sealed s
left join stage on stage.credit_code = s.credit_code and stage.year = s.year
left join baseline b on b.name = s.baseline
order by s.year desc, s.credit_code
