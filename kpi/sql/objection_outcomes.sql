-- Question:   how did objections to applications in the caller's scope come out?  Neither from whom, nor to what.
-- Grain:      one row per objection that was ever answered, by its latest answer, the earliest first
-- Parameters: $own (the caller's scope)
select o.credit_code, o.year, a.outcome, a.answered_on
from objection o
join objection_answer a on a.objection = o.id
where list_contains($own, o.credit_code)
  and not exists (select 1 from objection_answer l where l.objection = a.objection and l.answered_at > a.answered_at)
order by a.answered_at, o.id
