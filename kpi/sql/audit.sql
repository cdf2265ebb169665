-- Question:   who did what to what?
-- Grain:      one row an act, in the order in which they were done
select seq, done_at, actor, role, address, action, subject, before, after, previous, mac
from audit
order by seq
