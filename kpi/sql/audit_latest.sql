-- Question:   what was done last?
-- Grain:      one row an act, the latest first
-- Parameters: $limit, $actor and $action (null: whoever, whatever)
select seq, done_at, actor, role, address, action, subject, before, after, previous, mac
from audit
where ($actor is null or actor = $actor) and ($action is null or action = $action)
order by seq desc
limit $limit
