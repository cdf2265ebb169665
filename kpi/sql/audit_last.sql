-- Question:   what is the audit trail's last act?
-- Grain:      one row, or none
select * -- also asked of a store that is to be brought forward: it may have fewer columns
from audit
where seq = (select max(seq) from audit)
