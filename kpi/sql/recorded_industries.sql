-- Question:   of which industry are the records of some enterprises in a baseline?
-- Grain:      one row per enterprise that has a record
-- Parameters: $baseline, $region, $credit_codes
select credit_code, min(industry) as industry
from observation
where baseline = $baseline and region = $region and list_contains($credit_codes, credit_code)
group by credit_code
