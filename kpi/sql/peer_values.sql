-- Question:   what are the values of a candidate's peers and siblings for one KPI?  (reviewers and the authority only)
-- Grain:      one row per peer, and per enterprise of the candidate's own group, ascending
-- Parameters: $baseline, $region, $industry, $kpi, $basis; $itself (the candidate's number, or null), $siblings (a list)
-- Units:      value is in the KPI's unit. chosen: the one record of its group that is tested, of the siblings too.
select value, sibling,
       if(sibling, enterprise = min(enterprise) over (partition by sibling), chosen) as chosen
from (
    select value, chosen, enterprise, enterprise in $siblings as sibling
    from peer_record
    join peer_cell using (baseline, cell)
    where baseline = $baseline and region = $region and industry = $industry and kpi = $kpi and basis = $basis
      and enterprise is distinct from $itself
)
order by value
