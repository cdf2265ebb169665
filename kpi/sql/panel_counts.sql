-- Question:   how many enterprises and groups of each industry have a record?
-- Grain:      one row per industry
-- Parameters: $baseline
-- Reads:      observation
select industry, count(distinct credit_code) as enterprises, count(distinct own_group) as groups
from observation
where baseline = $baseline
group by industry
order by industry
