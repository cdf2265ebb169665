-- Question:   which sub-industries does a baseline's panel state?  (to verify its hash)
-- Grain:      one row per enterprise that has one
-- Parameters: $baseline
select credit_code, code
from sub_industry
where baseline = $baseline
order by credit_code
