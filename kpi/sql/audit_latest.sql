-- Question:   what are the latest audit entries?
-- Grain:      one row per entry, the latest first
-- Parameters: $limit, $actor, $action, $subject (a part of it), $since (that moment included), $before (null: any)
select seq, done_at, actor, role, address, action, subject, before, after, previous, mac
from audit
where (cast($actor as varchar) is null or actor = $actor)
  and (cast($action as varchar) is null or action = $action)
  and (cast($subject as varchar) is null or strpos(lower(subject), lower($subject)) > 0)
  and (cast($since as timestamp) is null or done_at >= $since)
  and (cast($before as timestamp) is null or done_at < $before)
order by seq desc
limit $limit
