-- Question:   what is the audit trail's last act?
-- Grain:      one row, or none
select seq, done_at, actor, role, address, action, subject, before, after, previous, mac, bound
from audit
where seq = (select max(seq) from audit)
