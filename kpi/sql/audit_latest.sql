-- Question:   what are the latest audit entries?
-- Grain:      one row per entry, the latest first
-- Parameters: $limit, $actor, $action, $subject (a part of it), $since (that moment included), $before (null: any)
select seq, done_at, actor, role, address, action, subject, before, after, previous, mac
from audit
where ($actor is null or actor = $actor)
  and ($action is null or action = $action)
  and ($subject is null or contains(lower(subject), lower($subject)))
  and ($since is null or done_at >= $since)
  and ($before is null or done_at < $before)
order by seq desc
limit $limit
