-- Question:   when was the first act done?
-- Grain:      one row, or none
select done_at
from audit
order by seq
limit 1
