-- Question:   how long is the award list, and how much of it did not come from final lists of our own?
-- Grain:      one row
-- Parameters: $final_list, what follows the year in the source of an award by a final list
select
    count(*) as listed,
    count(*) filter (where source <> cast(year as varchar) || $final_list) as from_elsewhere
from awarded
