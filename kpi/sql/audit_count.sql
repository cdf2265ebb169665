-- Question:   how many acts of this kind are there?
-- Grain:      one row
-- Parameters: $action
select count(*) as acts
from audit
where action = $action
