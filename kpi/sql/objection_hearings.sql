-- Question:   what were factories told of the objections to them?
-- Grain:      one row per telling, the earliest first
-- Parameters: $year (null for every year)
select h.objection, h.told_as, h.reply_by, h.told_by, h.told_at
from objection_hearing h
join objection o on o.id = h.objection
where cast($year as bigint) is null or o.year = $year
order by h.told_at
