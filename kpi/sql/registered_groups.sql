-- Question:   which group does a baseline's register of groups give these enterprises?
-- Grain:      one row per enterprise of the register
-- Parameters: $baseline, $codes (a list)
select credit_code, own_group
from group_register
where baseline = $baseline and credit_code in $codes
