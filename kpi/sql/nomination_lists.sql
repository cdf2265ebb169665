-- Question:   which lists have the bodies in the caller's scope saved, put forward and sent this year?
-- Grain:      one row per edition, the latest first
-- Parameters: $year, $bodies (the caller's scope)
select body, year, edition, state, content, sha256, note, saved_by, saved_at
from nomination_list
where year = $year and list_contains($bodies, body)
order by body, edition desc
