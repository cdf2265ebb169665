-- Question:   what is the audit trail's last row?
-- Grain:      one row, or none
select seq, mac
from audit
order by seq desc
limit 1
