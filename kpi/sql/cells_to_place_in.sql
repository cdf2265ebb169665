-- Question:   where do the cells of some industries begin, and what do they hold in all?
-- Grain:      one row per region, industry, KPI and basis
-- Parameters: $baseline, $industries (a list)
-- Reads:      ladder (see ladders.sql)
select region, industry, kpi, basis, cell, records, groups, total, first_block, block_values, block_places
from ladder
where baseline = $baseline and list_contains($industries, industry)
