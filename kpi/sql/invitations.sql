-- Question:   which enterprises were invited to report for a year's baseline?
-- Grain:      one row per enterprise, as it was invited last
-- Parameters: $year (null for every year), $own (credit codes, or null for all)
select distinct on (year, credit_code) year, credit_code, invited_by, invited_at
from invitation
where (cast($year as bigint) is null or year = $year)
  and (cast($own as text[]) is null or list_contains($own, credit_code))
order by year desc, credit_code, invited_at desc
