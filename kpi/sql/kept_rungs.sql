-- Question:   which counts along the values were written at freeze?  (see rungs.sql)
-- Grain:      one row per cell and distinct value
-- Parameters: $first, $last: the numbers of the baseline's cells
select *
from rung
where cell between $first and $last
