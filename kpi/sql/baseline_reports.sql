-- Question:   what did enterprises report for a year's baseline?
-- Grain:      one row per enterprise, as it reported last
-- Parameters: $year, $own (credit codes, or null for all)
select distinct on (credit_code) application, upload, reported_by, reported_at
from baseline_report
where year = $year
  and (cast($own as text[]) is null or list_contains($own, credit_code))
order by credit_code, reported_at desc
