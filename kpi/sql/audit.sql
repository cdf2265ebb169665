-- Question:   who did what to what?
-- Grain:      one row per entry, in order
-- Parameters: $after, $until (numbers of entries: those after the one, up to the other; null: from the first, to the last)
select * -- also asked of a store that is to be brought forward: it may have fewer columns
from audit
where (cast($after as bigint) is null or seq > $after) and (cast($until as bigint) is null or seq <= $until)
order by seq
