-- Question:   which accounts have acted?
-- Grain:      one row per account, by name
select distinct actor
from audit
order by actor
