-- Question:   which dates were set for the programme's years? They are public.
-- Grain:      one row per time that a year's dates were set, the latest first
-- Parameters: $year (null for every year)
select year, opens, closes, lists_due, scores_due, publicity_from, publicity_to, reference, reason, set_by, set_at
from programme_dates
where cast($year as bigint) is null or year = $year
order by set_at desc
