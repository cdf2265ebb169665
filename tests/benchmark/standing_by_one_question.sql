-- Question:   candidates in a baseline: their groups, their groups' enterprises, the register's counts
-- Grain:      one row a candidate, in the order of their numbers
-- Parameters: $baseline, $region
-- Reads:      candidate (candidate, industry, credit_code, own_group: the group its file names, or null), bound by the
--             caller; observation
-- Units:      members and industry_size are enterprises of the industry; industry_groups its groups, null if unknown
with

asked as materialized (
    select candidate, industry, credit_code, own_group::varchar as own_group
    from candidate
),

-- A register of groups has the last word, of a candidate outside the panel too.
registered as (
    select candidate, any_value(g.own_group) as own_group
    from asked a
    join group_register g on g.credit_code = a.credit_code
    where baseline = $baseline
    group by candidate
),

known as materialized (
    select distinct region, industry, credit_code, own_group from observation where baseline = $baseline
),

own_record as (
    select candidate, any_value(k.own_group) as own_group
    from asked a
    join known k on k.credit_code = a.credit_code
    group by candidate
),

-- A file may name its legal person by credit code: the branch then belongs to that legal person's group.
legal_person as (
    select candidate, coalesce(any_value(g.own_group), any_value(k.own_group)) as own_group
    from asked a
    left join group_register g on g.credit_code = a.own_group and g.baseline = $baseline
    left join known k on k.credit_code = a.own_group
    group by candidate
),

-- The panel's branches of a legal person are its group: another group named in the file would make them peers.
branch as (
    select candidate, any_value(k.own_group) as own_group
    from asked a
    join known k on k.own_group = a.credit_code and k.credit_code <> a.credit_code
    group by candidate
),

-- A frozen group takes precedence over the file; a record without a group leaves it to the file.
chosen as (
    select a.candidate, a.industry, a.credit_code,
           coalesce(
               registered.own_group,
               nullif(own_record.own_group, a.credit_code),
               branch.own_group,
               legal_person.own_group,
               a.own_group,
               a.credit_code
           ) as own_group
    from asked a
    left join registered using (candidate)
    left join own_record using (candidate)
    left join legal_person using (candidate)
    left join branch using (candidate)
),

member as (
    select candidate, count(distinct f.credit_code) as others
    from chosen c
    join known f on f.own_group = c.own_group and f.credit_code <> c.credit_code and f.industry = c.industry
    where f.region = $region
    group by candidate
),

register as (
    select industry, max(size) as size, max(groups) as groups
    from industry_size
    where baseline = $baseline and region = $region
    group by industry
)

select chosen.own_group, (coalesce(member.others, 0) + 1)::bigint as members,
       register.size as industry_size, register.groups as industry_groups
from chosen
left join member using (candidate)
left join register using (industry)
order by candidate
