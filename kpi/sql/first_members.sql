-- Question:   what are the values of the first enterprises of an industry, by their numbers?  (for the authority only)
-- Grain:      one row per enterprise, KPI and basis
-- Parameters: $baseline, $region, $industry; $members: so many enterprises at most
-- Reads:      peer_enterprise, whose numbers are in the order of a hash: known before there are data; observation
select credit_code, kpi, basis, value
from observation
semi join (
    select credit_code
    from peer_enterprise
    where baseline = $baseline and region = $region and industry = $industry
    order by enterprise
    limit $members
) using (credit_code)
where baseline = $baseline and region = $region and industry = $industry
order by credit_code, kpi, basis
