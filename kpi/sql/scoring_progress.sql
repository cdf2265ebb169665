-- Question:   how far has each reviewer come?
-- Grain:      one row a round and reviewer; assignments that hold, without conflicts of interest
-- Units:      counts of candidates
with

latest as (
    select distinct on (round, reviewer, credit_code) round, reviewer, credit_code, assigned
    from score_assignment
    order by round, reviewer, credit_code, changed_at desc, number desc
),

stands as (
    select l.round, l.reviewer, l.credit_code
    from latest l
    left join conflict c on c.reviewer = l.reviewer and c.credit_code = l.credit_code
    where l.assigned and c.reviewer is null
),

handed_in as (
    select distinct on (round, reviewer, credit_code) round, reviewer, credit_code, state
    from score_version
    where state in ('handed_in', 'abstained')
    order by round, reviewer, credit_code, version desc
)

select s.round, s.reviewer, coalesce(a.display, s.reviewer) as name,
       count(*) as assigned,
       count(*) filter (where h.state = 'handed_in') as handed_in,
       count(*) filter (where h.state = 'abstained') as abstained
from stands s
left join handed_in h using (round, reviewer, credit_code)
left join account a on a.name = s.reviewer
group by s.round, s.reviewer, coalesce(a.display, s.reviewer)
order by s.round, s.reviewer
