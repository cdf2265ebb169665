-- Question:   how many enterprises do the registers of a baseline's industries hold?
-- Grain:      one row an industry
-- Parameters: $baseline
select region, industry, size
from industry_size
where baseline = $baseline
order by region, industry
