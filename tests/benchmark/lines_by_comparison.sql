-- Question:   what are mean, median and leading lines of each candidate's peers?
-- Grain:      one row per factory and KPI with at least one peer
-- Parameters: $baseline, $quantiles (list of shares 0..1)
-- Reads:      candidate (see place_by_comparison.sql), observation
-- Units:      the KPI's own; mean_place is the share of the peers at or below their mean, 0..1; lines is a list in the
--             order of $quantiles, quantiles of type 7
with

-- Three peers at 0.1 sum to 0.30000000000000004: without rounding their mean would be above all of them.
peer as (
    select c.factory, c.kpi, p.value, round(favg(p.value) over (partition by c.factory, c.kpi), 12) as mean
    from candidate c
    join observation p using (region, industry, kpi, basis)
    where p.baseline = $baseline
      and p.credit_code <> c.credit_code
      and p.own_group <> c.own_group
),

lines as (
    select factory, kpi, any_value(mean) as mean, quantile_cont(value, 0.5) as median,
           avg((value <= mean)::int) as mean_place, quantile_cont(value, $quantiles) as lines
    from peer
    group by factory, kpi
)

select * from lines
order by factory, kpi
