-- Question:   which lines do some cells have?
-- Grain:      one row per cell, by its number
-- Parameters: $baseline
-- Reads:      wanted (cell, region, industry, kpi, basis), bound by the caller: the cells, each with a number
--             observation
-- Units:      records and groups are counts; mean and quantiles (type 7) are in the KPI's unit, of all records
with

-- Three records at 0.1 sum to 0.30000000000000004: without rounding their mean would be above all of them.
summed as (
    select cell, count(*) as records, count(distinct own_group) as groups, round(favg(value), 12) as mean,
           quantile_cont(value, [0.2, 0.5, 0.75, 0.8, 0.9]) as lines
    from observation
    join wanted using (region, industry, kpi, basis)
    where baseline = $baseline
    group by cell
)

select cell, records::integer as records, groups::integer as groups, mean, lines[1] as p20, lines[2] as p50,
       lines[3] as p75, lines[4] as p80, lines[5] as p90
from summed
order by cell
