-- Question:   which source was chosen of which enterprises for a year's panel, and why?
-- Grain:      one row per enterprise, as it was chosen last
-- Parameters: $year
select distinct on (credit_code) credit_code, source, reason, chosen_by, chosen_at
from panel_choice
where year = $year
order by credit_code, chosen_at desc
