-- Question:   under which names do enterprises stand in registers, in locked applications and in reports for baselines?
-- Grain:      one row a credit code, name, year and kind of list
-- Parameters: none
with

latest as (
    select year, max(edition) as edition from register_edition group by year
),

named as (
    select r.credit_code, r.name, r.year, 'register' as source
    from registered_enterprise r
    join latest l on l.year = r.year and l.edition = r.edition
    union all
    select credit_code, cast(application as json) -> 'facts' ->> 'enterprise', year, 'application'
    from release
    union all
    select credit_code, cast(application as json) -> 'facts' ->> 'enterprise', year, 'report'
    from baseline_report
)

select distinct credit_code, name, year, source
from named
where name is not null
order by credit_code, year, source, name
