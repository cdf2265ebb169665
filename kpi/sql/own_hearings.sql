-- Question:   what were factories in the caller's scope told of objections, and how do these stand?  Not from whom.
-- Grain:      one row per objection that was told, by the latest telling and the latest answer, the latest told first
-- Parameters: $own (the caller's scope)
select h.objection, o.credit_code, o.year, h.told_as, h.reply_by, h.told_at, a.outcome, a.answered_on
from objection_hearing h
join objection o on o.id = h.objection
left join objection_answer a
    on a.objection = o.id
    and not exists (select 1 from objection_answer l where l.objection = o.id and l.answered_at > a.answered_at)
where list_contains($own, o.credit_code)
  and not exists (select 1 from objection_hearing l where l.objection = h.objection and l.told_at > h.told_at)
order by h.told_at desc, h.objection
