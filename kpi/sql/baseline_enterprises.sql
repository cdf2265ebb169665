-- Question:   how many enterprises does a baseline hold in each industry?
-- Grain:      one row per industry
-- Parameters: $baseline, $region
select industry, count(distinct credit_code) as enterprises
from observation
where baseline = $baseline and region = $region
group by industry
order by industry
