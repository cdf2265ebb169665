-- Question:   what are mean, median and leading lines of a factory's peers in some cells?
-- Grain:      one row per asked cell with at least one peer, by its number
-- Parameters: $baseline, $first and $last as in peers.sql, $quantiles (a list of shares, 0..1)
-- Reads:      candidate (number, factory, cell) and own_enterprise (factory, enterprise), bound by the caller: see peers.sql
--             peer_record
-- Units:      the KPI's own; mean_place is the share of the peers at or below their mean, 0..1; lines is a list in the
--             order of $quantiles, quantiles of type 7
with

peer as materialized (
    select number, r.value
    from candidate
    join peer_record r using (cell)
    anti join own_enterprise using (factory, enterprise)
    where baseline = $baseline and cell between $first and $last
),

-- Three peers at 0.1 sum to 0.30000000000000004: without rounding their mean would be above all of them.
line as (
    select number, round(favg(value), 12) as mean, quantile_cont(value, 0.5) as median,
           quantile_cont(value, $quantiles) as lines
    from peer
    group by number
)

select number, any_value(mean) as mean, avg((value <= mean)::int) as mean_place, any_value(median) as median,
       any_value(lines) as lines
from peer
join line using (number)
group by number
order by number
