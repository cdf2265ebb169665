-- Question:   what did factories in the caller's scope reply to objections?
-- Grain:      one row per reply, the earliest first
-- Parameters: $own (the caller's scope)
select r.id, r.objection, r.kind, r.words, r.upload, r.replied_by, r.replied_at
from objection_reply r
join objection o on o.id = r.objection
where list_contains($own, o.credit_code)
order by r.replied_at
