-- Question:   what is published of a baseline, and from whose records was each row computed?
-- Grain:      one row per industry and KPI
-- Parameters: $baseline
select region, industry, kpi, band, median, mean, p20, p80, step, withheld, lower_quantile, upper_quantile,
       computed_from, words_expose
from published
where baseline = $baseline
order by industry, kpi
