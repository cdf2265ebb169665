-- Question:   how many enterprises are in the registers of a baseline's industries?
-- Grain:      one row per industry
-- Parameters: $baseline
select region, industry, size
from industry_size
where baseline = $baseline
order by region, industry
