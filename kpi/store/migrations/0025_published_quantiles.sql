-- A published row says at which shares of the records its two outer numbers are. Until now policy had two values of its
-- own for them, 0.2 and 0.8 as shipped, which a change approved before the freeze could set; from here on a table is
-- frozen at policy's leading line and as far from the other end.
alter table published add column lower_quantile double;
alter table published add column upper_quantile double;

-- By baseline, what the changes stated that were in force for its year and bound when it was frozen.
create temp table stated as
select name as baseline,
       arg_max(cast(content ->> '$.disclosure.lower_quantile.value' as double), (first_day, approved_at, change))
           filter (content ->> '$.disclosure.lower_quantile.value' is not null) as lower_quantile,
       arg_max(cast(content ->> '$.disclosure.upper_quantile.value' as double), (first_day, approved_at, change))
           filter (content ->> '$.disclosure.upper_quantile.value' is not null) as upper_quantile
from baseline
cross join (
    select change, version, content, saved_at, approved_at, withdrawn_at,
           cast(content ->> '$.in_force_from' as date) as first_day,
           lead(saved_at) over (partition by change order by version) as replaced_at
    from policy_change
    left join policy_approval using (change, version)
    left join policy_withdrawal using (change)
) edition
where approved_at <= imported_at
  and coalesce(withdrawn_at > imported_at, true)
  and coalesce(replaced_at > imported_at, true)
  and first_day <= greatest(make_date(year, 12, 31), date '2025-01-01')
group by name;

-- A row that a correction carried on is at the quantiles of the baseline that it was computed from.
update published
set lower_quantile = coalesce(stated.lower_quantile, 0.2), upper_quantile = coalesce(stated.upper_quantile, 0.8)
from (select distinct computed_from from published) source
left join stated on stated.baseline = source.computed_from
where published.computed_from = source.computed_from;

drop table stated;
