-- Question:   what are the records of one cell?
-- Grain:      one row per record, by credit code: sums depend on the order in their last digits
-- Parameters: $baseline, $industry, $kpi, $basis
-- Reads:      observation
select own_group, value
from observation
where baseline = $baseline and industry = $industry and kpi = $kpi and basis = $basis
order by credit_code
