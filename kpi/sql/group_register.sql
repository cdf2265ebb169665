-- Question:   what does a baseline's register of groups say?  (to verify its hash)
-- Grain:      one row per enterprise of the register
-- Parameters: $baseline
select credit_code, told_group as "group", own_group
from group_register
where baseline = $baseline
order by credit_code
