-- Question:   what did a panel hand in?
-- Grain:      one row a candidate and reviewer: the latest version that was handed in. None before the round is released,
--             and none of a reviewer with a conflict of interest
-- Parameters: $round; $barred (the caller's conflicts of interest)
with

handed_in as (
    select v.*
    from score_version v
    join score_release r on r.round = v.round
    where v.round = $round and v.state in ('handed_in', 'abstained') and not list_contains($barred, v.credit_code)
),

latest as (
    select credit_code, reviewer, max(version) as version
    from handed_in
    group by credit_code, reviewer
)

select h.round, h.credit_code, h.reviewer, h.version, h.state, h.sheet, h.content, h.sha256, h.position, h.list_length,
       h.saved_at
from handed_in h
join latest using (credit_code, reviewer, version)
left join conflict c on c.reviewer = h.reviewer and c.credit_code = h.credit_code
where c.reviewer is null
order by h.credit_code, h.reviewer
