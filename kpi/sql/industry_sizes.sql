-- Question:   how many enterprises and groups are in the registers of a baseline's industries?
-- Grain:      one row per industry
-- Parameters: $baseline
-- Units:      size in enterprises; groups null where the register does not count them
select region, industry, size, groups
from industry_size
where baseline = $baseline
order by region, industry
