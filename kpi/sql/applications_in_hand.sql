-- Question:   which applications are locked, at which stage and since when, and what did the panel decide in the last round
--             that each was assigned in?  (names only, no values; an assignment with a conflict of interest is none)
-- Grain:      one row per factory and year
-- Parameters: $barred (the caller's conflicts of interest)
with

latest as (
    select distinct on (credit_code, year) credit_code, year, state, taken_at
    from step
    order by credit_code, year, taken_at desc
),

assigned as (
    select distinct on (round, reviewer, credit_code) round, reviewer, credit_code, assigned
    from score_assignment
    order by round, reviewer, credit_code, changed_at desc, number desc
),

last_round as (
    select distinct on (a.credit_code, s.year) a.credit_code, s.year, s.id as round
    from assigned a
    join scoring_round s on s.id = a.round
    left join conflict c on c.reviewer = a.reviewer and c.credit_code = a.credit_code
    where a.assigned and c.reviewer is null
    order by a.credit_code, s.year, s.opened_at desc, s.id
),

decided as (
    select distinct on (round, credit_code) round, credit_code, outcome
    from panel_decision
    order by round, credit_code, edition desc
)

select r.credit_code, r.year, r.industry, r.body,
       cast(r.application as json) -> 'facts' ->> 'enterprise' as enterprise,
       cast(r.application as json) -> 'facts' ->> 'factory_name' as factory,
       l.state, greatest(r.locked_at, l.taken_at) as since,
       p.round is not null as in_round, d.outcome as decision
from release r
left join latest l on l.credit_code = r.credit_code and l.year = r.year
left join last_round p on p.credit_code = r.credit_code and p.year = r.year
left join decided d on d.round = p.round and d.credit_code = r.credit_code
where not list_contains($barred, r.credit_code)
order by r.credit_code, r.year
