-- Question:   by which names does a baseline know the groups of an industry, and those of its register?
-- Grain:      one row per group that is not an enterprise standing alone
-- Parameters: $baseline, $region, $industry
select own_group as name from peer_enterprise
where baseline = $baseline and region = $region and industry = $industry and own_group <> credit_code
union
select own_group from group_register where baseline = $baseline and own_group <> credit_code
order by name
