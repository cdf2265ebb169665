-- Question:   which numbers have the cells of a baseline, in the order in which they are filed?
-- Grain:      one row per region, industry, KPI and basis
-- Parameters: $baseline
-- Reads:      ladder (see ladders.sql)
select cell, region, industry
from ladder
where baseline = $baseline
