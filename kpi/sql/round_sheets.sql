-- Question:   which editions has a round's score sheet had?
-- Grain:      one row an edition, the latest first
-- Parameters: $round
select round, edition, sheet, sha256, set_by, set_at
from round_sheet
where round = $round
order by edition desc
