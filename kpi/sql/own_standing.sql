-- Question:   a candidate in a baseline: its group, its group's enterprises, the register's counts
-- Grain:      one row
-- Parameters: $baseline, $region, $industry, $credit_code, $own_group (the group its file names, or null)
-- Units:      members and industry_size are enterprises of the industry; industry_groups its groups, null if unknown
with

-- A register of groups has the last word, of a candidate outside the panel too.
registered as (
    select any_value(own_group) as own_group
    from group_register
    where baseline = $baseline and credit_code = $credit_code
),

own_record as (
    select any_value(own_group) as own_group
    from observation
    where baseline = $baseline and credit_code = $credit_code
),

-- A file may name its legal person by credit code: the branch then belongs to that legal person's group.
legal_person as (
    select coalesce(
               (select any_value(own_group) from group_register where baseline = $baseline and credit_code = $own_group),
               (select any_value(own_group) from observation where baseline = $baseline and credit_code = $own_group)
           ) as own_group
),

-- The panel's branches of a legal person are its group: another group named in the file would make them peers.
branch as (
    select any_value(own_group) as own_group
    from observation
    where baseline = $baseline and own_group = $credit_code and credit_code <> $credit_code
),

-- A frozen group takes precedence over the file; a record without a group leaves it to the file.
chosen as (
    select coalesce(
               registered.own_group,
               nullif(own_record.own_group, $credit_code),
               branch.own_group,
               legal_person.own_group,
               $own_group,
               $credit_code
           ) as own_group
    from registered, own_record, legal_person, branch
),

member as (
    select count(distinct credit_code) as others
    from observation
    where baseline = $baseline and region = $region and industry = $industry
      and own_group = (select own_group from chosen)
      and credit_code <> $credit_code
),

register as (
    select max(size) as size, max(groups) as groups
    from industry_size
    where baseline = $baseline and region = $region and industry = $industry
)

select chosen.own_group as own_group, (member.others + 1)::bigint as members,
       register.size as industry_size, register.groups as industry_groups
from chosen, member, register
