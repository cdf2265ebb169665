-- Question:   as how many groups do the peers stand, each by its best record against "worse" and by its worst against
--             "not better"?  (for sealed verdicts of the method's versions 1 and 2 alone)
-- Grain:      one row per asked value with records in its cell, by its number
-- Parameters: $baseline, $first and $last as in peers.sql
-- Reads:      candidate and own_enterprise as in peers.sql; peer_record, peer_enterprise
-- Units:      counts of groups; sibling_ of the siblings, who are one group more
with

grouped as (
    select number, coalesce(sibling, false) as sibling, own_group,
           (max(r.value) < any_value(a.value))::int as best_is_worse,
           (min(r.value) <= any_value(a.value))::int as worst_is_not_better
    from candidate a
    join peer_record r using (cell)
    join peer_enterprise e using (baseline, enterprise)
    left join own_enterprise o on o.factory = a.factory and o.enterprise = r.enterprise
    where baseline = $baseline and cell between $first and $last and sibling is distinct from false
    group by number, sibling, own_group
)

select number,
       count_if(not sibling) as groups,
       coalesce(sum(best_is_worse) filter (not sibling), 0)::int as groups_worse,
       coalesce(sum(worst_is_not_better) filter (not sibling), 0)::int as groups_not_better,
       coalesce(sum(best_is_worse) filter (sibling), 0)::int as sibling_groups_worse,
       coalesce(sum(worst_is_not_better) filter (sibling), 0)::int as sibling_groups_not_better
from grouped
group by number
order by number
