-- Question:   of which pairs of credit codes was it said whether they are of one enterprise, and what stands?
-- Grain:      one row a pair, as it was answered last
-- Parameters: none
select distinct on (first_code, second_code) first_code, second_code, outcome, reason, written_by, written_at
from same_enterprise
order by first_code, second_code, written_at desc
