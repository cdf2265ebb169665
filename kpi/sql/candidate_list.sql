-- Question:   which candidates may the caller reach, and how does each stand by its latest sealed record?
-- Grain:      one row per factory and year, the latest year first
-- Parameters: $credit_codes, $industries, $bodies, $barred (the caller's scope)
-- Units:      worse, tied, better count peers, a number a KPI in the catalogue's order; compared is the value compared
with

-- A reviewer's ruling decides a lock again: what stands is the latest record beside it.
later as (
    select lock_sha256, arg_max(record, row(sealed_at, rowid)) as record, arg_max(sha256, row(sealed_at, rowid)) as sha256
    from later_record
    group by lock_sha256
),

reached as (
    select r.*
    from release r
    where (list_contains($credit_codes, r.credit_code)
           or list_contains($industries, r.industry)
           or list_contains($bodies, r.body))
      and not list_contains($barred, r.credit_code)
),

stage as (
    select credit_code, year, arg_max(state, taken_at) as state
    from step
    group by all
),

sealed as (
    select reached.*, coalesce(later.sha256, reached.sha256) as seal, coalesce(later.record, reached.record)::json as standing, application::json as said
    from reached
    left join later on later.lock_sha256 = reached.sha256
)

select s.credit_code, s.year, s.industry, coalesce(s.body, '') as body,
       coalesce(said ->> '$.facts.enterprise', s.credit_code) as enterprise,
       coalesce(said ->> '$.facts.factory_name', '') as factory,
       said ->> '$.facts.group' as own_group, s.baseline, b.provenance = 'illustrative' as illustrative, seal,
       coalesce(stage.state, 'submitted') as state,
       standing ->> '$.clause' as clause,
       (standing ->> '$.policy.leading_quantile')::double as leading_quantile,
       json_array_length(standing, '$.leading_list')::integer as leading,
       (standing -> '$.kpis[*].worse')::integer[] as worse,
       (standing -> '$.kpis[*].tied')::integer[] as tied,
       (standing -> '$.kpis[*].better')::integer[] as better,
       (standing -> '$.kpis[*].value')::double[] as compared,
       (standing ->> '$.kpis[*].verdict')::varchar[] as verdicts,
       coalesce(standing ->> '$.rulings', '[]') as rulings
from sealed s
left join stage using (credit_code, year)
left join baseline b on b.name = s.baseline
order by s.year desc, s.credit_code
