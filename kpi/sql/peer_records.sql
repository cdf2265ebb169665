-- Question:   how do the records of a baseline lie, cell by cell and ascending, and which is its group's chosen one?
-- Grain:      one row per enterprise, KPI and basis
-- Parameters: $baseline
-- Reads:      observation, peer_cell, peer_enterprise (of this baseline)
-- Units:      value is in the KPI's unit. chosen: of the group's records in the cell that of the enterprise with the
--             lowest number. The number is a hash's: known before there are data, and nobody can choose it by the values.
select baseline, cell, enterprise, if(value = 0, 0, value) as value,  -- of two equal zeros the one without a sign
       enterprise = min(enterprise) over (partition by cell, own_group) as chosen
from observation
join peer_cell using (baseline, region, industry, kpi, basis)
join peer_enterprise using (baseline, region, industry, credit_code, own_group)
where baseline = $baseline
order by cell, value, enterprise
