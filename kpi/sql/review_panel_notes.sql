-- Question:   what did the panel note in its discussion?
-- Grain:      one row a note, the earliest first
-- Parameters: $round; $barred (the caller's conflicts of interest)
select credit_code, note, written_by, written_at
from panel_note
where round = $round and not list_contains($barred, credit_code)
order by written_at
