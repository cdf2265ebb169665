-- Question:   which records of a panel in parts repeat one of the same enterprise and KPI?
-- Grain:      one row per record but the first of its enterprise and KPI, by part and row
-- Parameters: $kpi, one after the other: all of them at once would take the memory of all; $most rows
-- Reads:      part_record
-- Units:      repeated counts all such records of the KPI, also those beyond $most
with

several as (
    select credit_code from part_record where kpi = $kpi group by credit_code having count(*) > 1
),

ordered as (
    select part, "row", credit_code,
           first_value(part) over by_place as first_part,
           first_value("row") over by_place as first_row,
           row_number() over by_place as place
    from part_record
    semi join several using (credit_code)
    where kpi = $kpi
    window by_place as (partition by credit_code order by part, "row")
)

select part, "row", first_part, first_row, count(*) over () as repeated
from ordered
where place > 1
order by part, "row"
limit $most
