-- Question:   which counts along the values were written at freeze?  (see rungs.sql)
-- Grain:      one row per cell and distinct value
-- Parameters: $first, $last: the numbers of the baseline's blocks
select *
from rung
where block between $first and $last
order by cell, value, block
