-- Question:   what have factories in the caller's scope read of objections, and how do these stand?  Not from whom.
-- Grain:      one row per objection that they were informed of, by the latest time and the latest answer, the latest first
-- Parameters: $own (the caller's scope)
select h.objection, o.credit_code, o.year, h.words, h.reply_by, h.informed_at, a.outcome, a.answered_at
from objection_hearing h
join objection o on o.id = h.objection
left join objection_answer a
    on a.objection = o.id
    and not exists (select 1 from objection_answer l where l.objection = o.id and l.answered_at > a.answered_at)
where list_contains($own, o.credit_code)
  and not exists (select 1 from objection_hearing l where l.objection = h.objection and l.informed_at > h.informed_at)
order by h.informed_at desc, h.objection
