-- Question:   which recommending bodies were given a deadline of their own in a year, or had it taken back? They are public.
-- Grain:      one row per time that a body's was set, the latest first
-- Parameters: $year
select year, body, lists_due, reference, reason, set_by, set_at
from body_deadline
where year = $year
order by set_at desc
