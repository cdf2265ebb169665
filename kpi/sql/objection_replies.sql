-- Question:   what did factories reply to the objections to them?
-- Grain:      one row per reply, the earliest first
-- Parameters: $year (null for every year)
select r.id, r.objection, r.kind, r.words, r.upload, r.replied_by, r.replied_at
from objection_reply r
join objection o on o.id = r.objection
where cast($year as bigint) is null or o.year = $year
order by r.replied_at
