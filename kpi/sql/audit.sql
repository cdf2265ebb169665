-- Question:   who did what to what?
-- Grain:      one row per entry, in order
select seq, done_at, actor, role, address, action, subject, before, after, previous, mac
from audit
order by seq
