-- Question:   what was done from an address since a moment, by whom and when last?
-- Grain:      one row per account and kind of act, the latest first
-- Parameters: $address, $since (that moment included)
select actor, action, count(*) as acts, max(done_at) as last_at
from audit
where address = $address and done_at >= $since
group by actor, action
order by last_at desc, actor, action
