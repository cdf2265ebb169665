-- Question:   which baselines were proposed and wait for a second person?
-- Grain:      one row per proposal that was neither confirmed nor withdrawn, the earliest first
select p.id, p.name, p.region, p.year, p.provenance, p.source, p.file_name, p.file_sha256, p.recipe,
       p.sizes_name, p.sizes_sha256, p.groups_name, p.groups_sha256, p.smaller_because,
       p.sha256, p.standing, p.proposed_by, p.proposed_at
from baseline_proposal p
left join baseline_outcome o on o.proposal = p.id
where o.proposal is null
order by p.proposed_at, p.id
