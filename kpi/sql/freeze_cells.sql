-- Question:   what does each cell of records about to be frozen contain?
-- Grain:      one row per region, industry, KPI and basis
-- Reads:      record (region, industry, kpi, basis, credit_code, own_group, value), bound by the caller
-- Units:      largest_share 0..1; mean and quantiles (type 7) in the KPI's unit
with

per_group as (
    select region, industry, kpi, basis, own_group, count(*) as records
    from record
    group by all
),

grouped as (
    select region, industry, kpi, basis, count(*) as groups, max(records) / sum(records) as largest_share
    from per_group
    group by all
),

summed as (
    select region, industry, kpi, basis, count(*) as records, avg(value) as mean,
           quantile_cont(value, [0.5, 0.75, 0.8, 0.9]) as lines
    from record
    group by all
),

celled as (
    select region, industry, kpi, basis, s.records, g.groups, g.largest_share, s.mean,
           s.lines[1] as p50, s.lines[2] as p75, s.lines[3] as p80, s.lines[4] as p90
    from summed s
    join grouped g using (region, industry, kpi, basis)
)

select * from celled
order by region, industry, kpi, basis
