-- Question:   which changes of policy were drafted, in which versions, and what became of them?
-- Grain:      one row per change and version, the earliest first; the withdrawal stands beside every version
select c.change, c.version, c.content, c.saved_by, c.saved_at,
       a.approved_by, a.approved_at, w.reason as withdrawal_reason, w.withdrawn_by, w.withdrawn_at
from policy_change c
left join policy_approval a using (change, version)
left join policy_withdrawal w using (change)
order by c.change, c.version
