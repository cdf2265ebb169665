-- Question:   how were the objections of a year answered?
-- Grain:      one row per answer, the earliest first
-- Parameters: $year (null for every year)
select a.objection, a.outcome, a.answer, a.answered_on, a.answered_by, a.answered_at
from objection_answer a
join objection o on o.id = a.objection
where cast($year as bigint) is null or o.year = $year
order by a.answered_at
