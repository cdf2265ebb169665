-- Question:   what is the mac of the act of this number?
-- Grain:      one row, or none
-- Parameters: $seq
select mac
from audit
where seq = $seq
