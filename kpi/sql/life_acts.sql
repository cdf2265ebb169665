-- Question:   by which act did each application of these factories reach each of its stages?  As the trail has it, which notes
--             a step at the moment of its stage, and an objection's answer at the same.
-- Grain:      one row per stage reached, in order; act null: by its enterprise or its body, or nobody knows
-- Parameters: $credit_codes
select s.credit_code, s.year, s.state, s.taken_at,
       case when t.action = 'step_undone' then 'undo'
            when t.action = 'step_taken' and a.subject is null and t.role = 'administrator' then 'set'
            when t.action = 'step_taken' and a.subject is not null and s.state = 'not_listed' then 'uphold'
            when t.action = 'step_taken' and a.subject is not null then 'overturn'
       end as act
from step s
left join audit t
    on t.subject = s.credit_code || ' ' || cast(s.year as varchar) and t.done_at = s.taken_at
    and t.action in ('step_taken', 'step_undone')
left join audit a
    on a.subject = t.subject and a.done_at = t.done_at and a.action = 'objection_answered'
where list_contains($credit_codes, s.credit_code)
order by s.taken_at
