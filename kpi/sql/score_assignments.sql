-- Question:   who is to score whom?
-- Grain:      one row a round, candidate and reviewer; without those taken back, and without conflicts of interest
-- Parameters: $round (null for every round)
with

latest as (
    select round, reviewer, credit_code,
           arg_max(assigned, row(changed_at, rowid)) as assigned,
           arg_max(seed, row(changed_at, rowid)) as seed
    from score_assignment
    where $round is null or round = $round
    group by all
)

select l.round, l.reviewer, coalesce(a.display, l.reviewer) as name, l.credit_code, l.seed
from latest l
left join account a on a.name = l.reviewer
left join conflict c on c.reviewer = l.reviewer and c.credit_code = l.credit_code
where l.assigned and c.reviewer is null
order by l.round, l.credit_code, l.reviewer
