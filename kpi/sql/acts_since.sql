-- Question:   what was done since an act of the trail?
-- Grain:      one row an act, the earliest first
-- Parameters: $seq (that act's number)
select action, subject
from audit
where seq > $seq
order by seq
