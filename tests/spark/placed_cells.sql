-- The lines of kpi/sql/placed_cells.sql in Spark's own SQL, as an independent check. Spark's avg of doubles and its
-- percentile_approx are not exact: decimals, and percentile.
with

summed as (
    select cell, count(*) as records, count(distinct own_group) as groups,
           round(sum(cast(value as decimal(38, 18))) / count(*), 12) as mean,
           percentile(value, array(0.2, 0.5, 0.75, 0.8, 0.9)) as lines
    from observation
    join wanted using (region, industry, kpi, basis)
    group by cell
)

select cell, records, groups, cast(mean as double) as mean, lines[0] as p20, lines[1] as p50, lines[2] as p75,
       lines[3] as p80, lines[4] as p90
from summed
order by cell
