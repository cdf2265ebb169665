-- Question:   which records were filed at freeze?  (see filed_records.sql)
-- Grain:      one row per record and key
-- Parameters: $first, $last: the numbers of the baseline's cells
select *
from filed_record
where cell between $first and $last
