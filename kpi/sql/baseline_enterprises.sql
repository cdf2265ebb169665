-- Question:   how many enterprises does a baseline hold in each industry, of one recommending body or of all?
-- Grain:      one row per industry
-- Parameters: $baseline, $region, $body (null for all)
select industry, count(distinct credit_code) as enterprises
from observation
where baseline = $baseline and region = $region and ($body is null or body = $body)
group by industry
order by industry
