-- Question:   how many enterprises does a baseline hold in each industry, by those that are laid out for counting peers?
-- Grain:      one row per industry
-- Parameters: $baseline, $region
select industry, count(distinct credit_code) as enterprises
from peer_enterprise
where baseline = $baseline and region = $region
group by industry
order by industry
