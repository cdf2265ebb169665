-- Question:   what are the latest audit entries?
-- Grain:      one row per entry, the latest first
-- Parameters: $limit, $actor and $action (null: any)
select seq, done_at, actor, role, address, action, subject, before, after, previous, mac
from audit
where ($actor is null or actor = $actor) and ($action is null or action = $action)
order by seq desc
limit $limit
