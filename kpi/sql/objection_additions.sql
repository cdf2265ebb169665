-- Question:   what was added to the objections of a year since they were recorded?  For administrators only.
-- Grain:      one row per addition, the earliest first
-- Parameters: $year (null for every year)
select a.id, a.objection, a.received_on, a.words, a.upload, a.added_by, a.added_at
from objection_addition a
join objection o on o.id = a.objection
where cast($year as bigint) is null or o.year = $year
order by a.added_at
