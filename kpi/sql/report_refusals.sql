-- Question:   of which invited enterprises is no report to be expected, and why?
-- Grain:      one row per enterprise of which anything was written, as it was written last
-- Parameters: $year, $own (credit codes, or null for all)
select distinct on (credit_code) credit_code, outcome, reason, written_by, written_at
from report_refusal
where year = $year
  and (cast($own as text[]) is null or list_contains($own, credit_code))
order by credit_code, written_at desc
