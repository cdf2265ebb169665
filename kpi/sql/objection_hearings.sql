-- Question:   what have factories read of the objections to them?
-- Grain:      one row per time that one was informed, the earliest first
-- Parameters: $year (null for every year)
select h.objection, h.words, h.reply_by, h.informed_by, h.informed_at
from objection_hearing h
join objection o on o.id = h.objection
where cast($year as bigint) is null or o.year = $year
order by h.informed_at
