-- Question:   who is to score whom?
-- Grain:      one row a round, candidate and reviewer; without those taken back, and without conflicts of interest
-- Parameters: $round (null for every round)
with

latest as (
    select distinct on (round, reviewer, credit_code) round, reviewer, credit_code, assigned, seed
    from score_assignment
    where cast($round as varchar) is null or round = $round
    order by round, reviewer, credit_code, changed_at desc, number desc
)

select l.round, l.reviewer, coalesce(a.display, l.reviewer) as name, l.credit_code, l.seed
from latest l
left join account a on a.name = l.reviewer
left join conflict c on c.reviewer = l.reviewer and c.credit_code = l.credit_code
where l.assigned and c.reviewer is null
order by l.round, l.credit_code, l.reviewer
