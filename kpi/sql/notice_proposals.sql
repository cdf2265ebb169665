-- Question:   which notices were proposed, and what became of each?
-- Grain:      one row per proposal, the earliest first; outcome, reason, noted_by and noted_at are null where it waits
select p.id, p.notice, p.year, p.sha256, p.proposed_by, p.proposed_at, o.outcome, o.reason, o.noted_by, o.noted_at
from notice_proposal p
left join notice_outcome o on o.proposal = p.id
order by p.proposed_at, o.noted_at nulls last, p.id
