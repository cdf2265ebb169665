-- Question:   which enterprises of a panel in parts have two groups, industries, sub-industries or bodies?
-- Grain:      one row per enterprise and part that says otherwise than where it first stands, by part and row
-- Parameters: $most rows
-- Reads:      part_fact
-- Units:      differing counts all such rows, also those beyond $most
with

-- Texts to group by are laid out on the disk where memory ends; a least or greatest text of each group is not.
several as (
    select credit_code
    from (select distinct credit_code, told_group, industry, sub_industry, body from part_fact)
    group by credit_code
    having count(*) > 1
),

beside_first as (
    select *, first_value(f) over (partition by credit_code order by part, "row") as first
    from part_fact f
    semi join several using (credit_code)
),

differing as (
    select part, "row", first.part as first_part, first."row" as first_row,
           told_group, first.told_group as first_group, industry, first.industry as first_industry,
           sub_industry, first.sub_industry as first_sub_industry, body, first.body as first_body
    from beside_first
    where (told_group, industry, sub_industry, body)
          is distinct from (first.told_group, first.industry, first.sub_industry, first.body)
)

select *, count(*) over () as differing
from differing
order by part, "row"
limit $most
