-- Question:   what is published of one industry in a baseline?
-- Grain:      one row per KPI
-- Parameters: $baseline, $region, $industry
select region, industry, kpi, band, median, mean, p20, p80, step, withheld
from published
where baseline = $baseline and region = $region and industry = $industry
order by kpi
